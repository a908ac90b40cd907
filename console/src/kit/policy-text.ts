// Documents of policies: IAM's answers have them percent-encoded (RFC 3986), Organizations' plain.

export function policyText(document: unknown): string {
  if (typeof document !== 'string') return document === undefined ? '' : JSON.stringify(document, null, 2);
  let text = document;
  if (/^\s*%7[Bb]/.test(document)) {
    try {
      text = decodeURIComponent(document);
    } catch {
      return document;  // as it came, rather than nothing
    }
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
