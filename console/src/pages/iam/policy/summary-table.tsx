// The visual summary of a policy.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { summarize, type SummaryRow } from './summary';

const Lines = ({ texts, empty }: { texts: string[]; empty: string }) =>
  texts.length === 0 ? <>{empty}</> : <>{texts.map((text, index) => <div key={index} className="kit-wrap">{text}</div>)}</>;

function Effects({ title, rows }: { title: string; rows: SummaryRow[] }) {
  return (
    <Table variant="embedded" wrapLines items={rows} header={<Box variant="h3" padding={{ top: 's' }}>{title}</Box>}
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: title }}
      columnDefinitions={[
        { id: 'service', header: 'Service', isRowHeader: true, width: 150,
          cell: (row) => (row.service === '*' ? 'All services' : row.service) },
        { id: 'access', header: 'Access', cell: (row) => <span className="kit-wrap">{row.access}</span> },
        { id: 'resources', header: 'Resource', cell: (row) => <Lines texts={row.resources} empty="-" /> },
        { id: 'conditions', header: 'Request condition', cell: (row) => <Lines texts={row.conditions} empty="None" /> },
      ]} />
  );
}

export function PolicySummary({ text }: { text: string }) {
  const rows = summarize(text);
  if (!rows) return <Alert type="warning">The document is not valid JSON. There is nothing to summarize.</Alert>;
  const denied = rows.filter((row) => row.effect === 'Deny');
  const allowed = rows.filter((row) => row.effect === 'Allow');
  return (
    <SpaceBetween size="m">
      {denied.length > 0 && <Effects title={`Explicit deny (${denied.length})`} rows={denied} />}
      {allowed.length > 0 && <Effects title={`Allow (${allowed.length})`} rows={allowed} />}
    </SpaceBetween>
  );
}
