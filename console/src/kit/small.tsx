// Small parts that many pages need.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { csvText, downloadText } from './csv';
import type { Loaded } from './query';
import { RefusalAlert } from './refusal-alert';
import { ago, dateTime } from './time';

export interface KeyValueProps {
  items: { label: string; value: ReactNode }[];
  columns?: number;
}

// A list of properties; what has no value is "-".
export function KeyValue({ items, columns = 3 }: KeyValueProps) {
  const shown = (value: ReactNode) => (value === undefined || value === null || value === '' ? '-' : value);
  return <KeyValuePairs columns={columns} items={items.map(({ label, value }) => ({ label, value: shown(value) }))} />;
}

export function Time({ at, relative = false }: { at: number | string | undefined | null; relative?: boolean }) {
  return <span title={relative ? dateTime(at) : ago(at)}>{relative ? ago(at) : dateTime(at)}</span>;
}

// Text with a button that copies it: ARNs, endpoints, ids.
export function Copyable({ text, label = 'Copy' }: { text: string | undefined; label?: string }) {
  if (!text) return <>-</>;
  return <CopyToClipboard variant="inline" textToCopy={text} copyButtonAriaLabel={label} copySuccessText="Copied"
    copyErrorText="Copying failed" />;
}

export interface DownloadCsvProps {
  fileName: string;
  rows: () => (string | number | boolean | undefined | null)[][];  // with the header
  children?: string;
  onDownload?: () => void;
  variant?: 'normal' | 'primary';
}

export function DownloadCsv({ fileName, rows, children = 'Download .csv file', onDownload, variant }: DownloadCsvProps) {
  return (
    <Button iconName="download" variant={variant} onClick={() => {
      downloadText(fileName, csvText(rows()));
      onDownload?.();
    }}>{children}</Button>
  );
}

const STATUS: [RegExp, StatusIndicatorProps.Type][] = [
  [/^(available|active|running|enabled|complete|completed|in-use|success|ok|associated|attached)$/i, 'success'],
  [/(failed|failure|incompatible|error|suspended|inaccessible|restore-failed)/i, 'error'],
  [/^(stopped|inactive|disabled|terminated|closed|deleted|detached)$/i, 'stopped'],
  [/^(pending.*|creating|modifying|deleting|starting|stopping|rebooting|backing-up|configuring.*|upgrading|renaming|.*ing)$/i,
    'in-progress'],
];

export function statusType(status: string | undefined): StatusIndicatorProps.Type {
  return STATUS.find(([pattern]) => pattern.test(status ?? ''))?.[1] ?? 'info';
}

// Whether a resource of this status changes by itself: a list that shows one asks again.
export function isInTransition(status: string | undefined): boolean {
  return statusType(status) === 'in-progress';
}

export function Status({ status, type }: { status: string | undefined; type?: StatusIndicatorProps.Type }) {
  if (!status) return <>-</>;
  const words = status.replaceAll(/[-_]/g, ' ').toLowerCase();
  return <StatusIndicator type={type ?? statusType(status)}>{words.charAt(0).toUpperCase() + words.slice(1)}</StatusIndicator>;
}

// A part of a page that is loaded: waiting, refused, or there. What was there before a refusal stays, with the refusal above.
export function LoadedPart<Out>({ from, children }: { from: Loaded<Out>; children: (data: Out) => ReactNode }) {
  if (from.loading) return <Box padding="l" textAlign="center"><Spinner /> Loading</Box>;
  return (
    <>
      <RefusalAlert error={from.error} onRetry={from.refresh} />
      {from.data !== undefined && children(from.data)}
    </>
  );
}
