// How values are written. Pure.
import type { Tag } from '@/kit';

export const yesNo = (value?: boolean) => (value === undefined ? '-' : value ? 'Yes' : 'No');
export const enabledText = (value?: boolean) => (value === undefined ? '-' : value ? 'Enabled' : 'Disabled');
export const orDash = (value?: string | number | null) =>
  value === undefined || value === null || value === '' ? '-' : String(value);

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
export function bytesText(bytes?: number): string {
  if (bytes === undefined) return '-';
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

export const nameOf = (tags?: Tag[]) => tags?.find((tag) => tag.Key === 'Name')?.Value ?? '';

export const byText =
  <T>(text: (item: T) => string | undefined) =>
  (a: T, b: T) =>
    (text(a) ?? '').localeCompare(text(b) ?? '', 'en', { numeric: true });

export const daysText = (days = 0) => `${days} ${days === 1 ? 'day' : 'days'}`;
