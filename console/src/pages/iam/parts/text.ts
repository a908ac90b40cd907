// How names and documents are written.

// Documents come percent-encoded from the query protocol (RFC 3986), and plain from a gateway that has decoded them.
export function documentText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return JSON.stringify(value, null, 4);
  return value.startsWith('%') ? decodeURIComponent(value) : value;
}

export function prettyDocument(value: unknown): string {
  const text = documentText(value);
  try {
    return JSON.stringify(JSON.parse(text), null, 4);
  } catch {
    return text;
  }
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

// "Alice" of "arn:aws:iam::111122223333:user/staff/Alice".
export function nameOfArn(arn: string | undefined): string {
  return arn ? arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1) : '-';
}

export function base64ToText(value: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(value), (c) => c.charCodeAt(0)));
}

// "1111-2222-3333"
export function accountNumber(id: string): string {
  return id.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3');
}
