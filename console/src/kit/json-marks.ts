// Where a JSON text is wrong, as a mark of the editor.
import type { Mark } from './json-editor';

export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

// The first mistake, or none. What browsers say differs; the place is found by a scan of our own.
export function jsonMarks(text: string): Mark[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const offset = firstMistake(text);
    return [{ ...lineAndColumn(text, offset), type: 'error', text: wordsOf(text, offset, said) }];
  }
}

function wordsOf(text: string, offset: number, said: string): string {
  if (text.trim() === '') return 'The document is empty.';
  if (offset >= text.length) return 'The document ends too early.';
  const found = text[offset] === '\n' ? 'the end of the line' : `"${text[offset]}"`;
  return said === '' ? 'This is not JSON.' : `Unexpected ${found}.`;
}

// The offset of the first character that no JSON document can have there.
export function firstMistake(text: string): number {
  let at = 0;
  let worst = 0;
  const blank = () => {
    while (at < text.length && ' \t\r\n'.includes(text[at])) at++;
    worst = Math.max(worst, at);
  };
  const fail = (): false => {
    worst = Math.max(worst, at);
    return false;
  };
  const string = (): boolean => {
    if (text[at] !== '"') return fail();
    for (at++; at < text.length; at++) {
      if (text[at] === '"') return ++at > 0;
      if (text[at] < ' ') return fail();
      if (text[at] !== '\\') continue;
      at++;
      if (text[at] === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) at += 4;
      else if (!'"\\/bfnrt'.includes(text[at] ?? '?')) return fail();
    }
    return fail();
  };
  const word = (wanted: RegExp): boolean => {
    const found = wanted.exec(text.slice(at, at + 400));
    if (!found) return fail();
    at += found[0].length;
    return true;
  };
  const several = (close: string, one: () => boolean): boolean => {
    at++;
    blank();
    if (text[at] === close) return ++at > 0;
    for (;;) {
      blank();
      if (!one()) return false;
      blank();
      if (text[at] === close) return ++at > 0;
      if (text[at] !== ',') return fail();
      at++;
    }
  };
  const value = (): boolean => {
    blank();
    if (text[at] === '{') return several('}', () => string() && (blank(), text[at] === ':' ? ++at > 0 : fail()) && value());
    if (text[at] === '[') return several(']', value);
    if (text[at] === '"') return string();
    return word(/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)/);
  };
  if (value()) {
    blank();
    return at;
  }
  return worst;
}
