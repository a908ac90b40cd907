// JSON with places: what a policy editor marks must say where it is. Follows RFC 8259.

export type Kind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export interface Member {
  key: string;
  keyStart: number;
  keyEnd: number;
  value: Node;
}

export interface Node {
  kind: Kind;
  start: number;
  end: number;
  value?: string | number | boolean | null;
  members?: Member[];
  items?: Node[];
}

export class JsonError extends Error {
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}

// Deeper documents are no policies.
const DEEPEST = 60;

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  document(): Node {
    this.space();
    if (this.at === this.text.length) throw new JsonError('The document is empty.', 0);
    const node = this.value(0);
    this.space();
    if (this.at < this.text.length) throw new JsonError('Unexpected text after the document.', this.at);
    return node;
  }

  private space(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private value(depth: number): Node {
    if (depth > DEEPEST) throw new JsonError('The document is nested too deeply.', this.at);
    const c = this.text[this.at];
    if (c === '{') return this.object(depth);
    if (c === '[') return this.array(depth);
    if (c === '"') {
      const start = this.at;
      return { kind: 'string', value: this.string(), start, end: this.at };
    }
    return this.literal();
  }

  private literal(): Node {
    const start = this.at;
    const word = /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)/.exec(this.text.slice(start, start + 400))?.[0];
    if (!word) {
      const what = start < this.text.length ? `Unexpected ${JSON.stringify(this.text[start])}.` : 'The document ends too early.';
      throw new JsonError(what, start);
    }
    this.at += word.length;
    const value = JSON.parse(word);
    return { kind: value === null ? 'null' : (typeof value as Kind), value, start, end: this.at };
  }

  private string(): string {
    const start = this.at++;
    while (this.text[this.at] !== '"') {
      const c = this.text[this.at];
      if (c === undefined || c === '\n') throw new JsonError('This text has no closing quotation mark.', start);
      this.at += c === '\\' ? 2 : 1;
    }
    this.at++;
    try {
      return JSON.parse(this.text.slice(start, this.at));
    } catch {
      throw new JsonError('This text has an invalid escape or control character.', start);
    }
  }

  private object(depth: number): Node {
    const start = this.at++;
    const members: Member[] = [];
    for (;;) {
      this.space();
      if (this.text[this.at] === '}' && members.length === 0) break;
      if (this.text[this.at] !== '"') throw new JsonError('Expected a name in quotation marks.', this.at);
      const keyStart = this.at;
      const key = this.string();
      const keyEnd = this.at;
      this.space();
      if (this.text[this.at] !== ':') throw new JsonError('Expected ":".', this.at);
      this.at++;
      this.space();
      members.push({ key, keyStart, keyEnd, value: this.value(depth + 1) });
      if (!this.comma('}')) break;
    }
    this.at++;
    return { kind: 'object', members, start, end: this.at };
  }

  private array(depth: number): Node {
    const start = this.at++;
    const items: Node[] = [];
    for (;;) {
      this.space();
      if (this.text[this.at] === ']' && items.length === 0) break;
      items.push(this.value(depth + 1));
      if (!this.comma(']')) break;
    }
    this.at++;
    return { kind: 'array', items, start, end: this.at };
  }

  private comma(close: string): boolean {
    this.space();
    if (this.text[this.at] === ',') {
      this.at++;
      return true;
    }
    if (this.text[this.at] !== close) throw new JsonError(`Expected "," or "${close}".`, this.at);
    return false;
  }
}

export function parseJson(text: string): Node {
  return new Reader(text).document();
}

export interface Place {
  line: number;    // from 1
  column: number;  // from 1
}

export function placeOf(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before[before.length - 1].length + 1 };
}

export function offsetOf(text: string, { line, column }: Place): number {
  const lines = text.split('\n');
  const before = lines.slice(0, Math.max(0, line - 1)).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + Math.max(0, column - 1));
}
