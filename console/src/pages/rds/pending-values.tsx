import Alert from '@cloudscape-design/components/alert';
import { KeyValue } from '@/kit';

// What was changed and waits for the maintenance window or a reboot.
export function PendingValues({ values }: { values?: Record<string, unknown> }) {
  const entries = Object.entries(values ?? {}).filter(([, value]) => value !== undefined && value !== null && JSON.stringify(value) !== '{}');
  if (entries.length === 0) return null;
  return (
    <Alert type="info" header="Changes that wait">
      <KeyValue items={entries.map(([name, value]) => ({
        label: name.replace(/([a-z0-9])([A-Z])/g, '$1 $2'), value: typeof value === 'object' ? JSON.stringify(value) : String(value),
      }))} />
    </Alert>
  );
}
