// Times of the API are epoch seconds (or ISO texts, where a service says texts).

export function asDate(time: number | string | undefined | null): Date | undefined {
  if (time === undefined || time === null || time === '') return undefined;
  const date = typeof time === 'number' ? new Date(time * 1000) : new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

const two = (number: number) => String(number).padStart(2, '0');

// "2026-03-01 14:05 (UTC+01:00)", in the browser's time zone.
export function dateTime(time: number | string | undefined | null): string {
  const date = asDate(time);
  if (!date) return '-';
  const minutes = -date.getTimezoneOffset();
  const zone = `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ` +
    `${two(date.getHours())}:${two(date.getMinutes())} (${zone})`;
}

const STEPS: [number, string][] = [[60, 'second'], [60, 'minute'], [24, 'hour'], [30, 'day'], [12, 'month'], [Infinity, 'year']];

// "3 days ago", "in 2 hours", "now".
export function ago(time: number | string | undefined | null, now: Date = new Date()): string {
  const date = asDate(time);
  if (!date) return '-';
  const seconds = Math.round((now.getTime() - date.getTime()) / 1000);
  if (Math.abs(seconds) < 5) return 'now';
  let amount = Math.abs(seconds);
  for (const [size, unit] of STEPS) {
    if (amount < size) {
      const words = `${amount} ${unit}${amount === 1 ? '' : 's'}`;
      return seconds < 0 ? `in ${words}` : `${words} ago`;
    }
    amount = Math.floor(amount / size);
  }
  return dateTime(time);
}
