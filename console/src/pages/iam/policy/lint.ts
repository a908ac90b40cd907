// What is wrong with a policy document, and where. The service decides; this says it while a person types, with the
// place that the service's message ("Syntax errors in policy.") leaves out.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
import { JsonError, parseJson, type Member, type Node } from './json';

export type PolicyKind = 'identity' | 'trust' | 'scp' | 'rcp';

export interface Mark {
  severity: 'error' | 'warning' | 'info';
  message: string;
  start: number;
  end: number;
}

interface Rules {
  principal: 'required' | 'forbidden';
  resource: 'required' | 'forbidden';
}

const RULES: Record<PolicyKind, Rules> = {
  identity: { principal: 'forbidden', resource: 'required' },
  trust: { principal: 'required', resource: 'forbidden' },
  scp: { principal: 'forbidden', resource: 'required' },
  rcp: { principal: 'required', resource: 'required' },
};

const TOP = ['Version', 'Id', 'Statement'];
const STATEMENT = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const VERSIONS = ['2012-10-17', '2008-10-17'];

class Linter {
  readonly marks: Mark[] = [];
  private readonly sids = new Set<string>();
  constructor(private readonly kind: PolicyKind) {}

  private mark(at: { start: number; end: number }, message: string, severity: Mark['severity'] = 'error'): void {
    this.marks.push({ severity, message, start: at.start, end: at.end });
  }

  private key(member: Member, message: string, severity: Mark['severity'] = 'error'): void {
    this.mark({ start: member.keyStart, end: member.keyEnd }, message, severity);
  }

  // Marks what is unknown, written twice or in the wrong case.
  private names(node: Node, known: string[], what: string): Map<string, Member> {
    const found = new Map<string, Member>();
    for (const member of node.members ?? []) {
      if (!known.includes(member.key)) {
        const meant = known.find((name) => name.toLowerCase() === member.key.toLowerCase() || `${name}s` === member.key);
        this.key(member, `${what} has no element "${member.key}".${meant ? ` Did you mean "${meant}"?` : ''}`);
      } else if (found.has(member.key)) {
        this.key(member, `"${member.key}" is written twice.`);
      }
      found.set(member.key, member);
    }
    return found;
  }

  document(root: Node): void {
    if (root.kind !== 'object') return this.mark(root, 'A policy is a JSON object.');
    const found = this.names(root, TOP, 'A policy');
    const version = found.get('Version');
    if (!version) {
      this.mark({ start: root.start, end: root.start + 1 },
        'Without "Version": "2012-10-17" the policy is read by the rules of 2008: policy variables are plain text.', 'warning');
    } else if (!VERSIONS.includes(String(version.value.value))) {
      this.mark(version.value, `Version is one of ${VERSIONS.join(', ')}.`);
    }
    const statement = found.get('Statement');
    if (!statement) return this.mark({ start: root.start, end: root.start + 1 }, 'A policy needs "Statement".');
    const items = statement.value.kind === 'array' ? statement.value.items ?? [] : [statement.value];
    if (items.length === 0) this.mark(statement.value, 'A policy needs at least one statement.');
    items.forEach((item) => this.statement(item));
  }

  private statement(node: Node): void {
    if (node.kind !== 'object') return this.mark(node, 'A statement is a JSON object.');
    const found = this.names(node, STATEMENT, 'A statement');
    const opening = { start: node.start, end: node.start + 1 };
    const effect = found.get('Effect');
    if (!effect) this.mark(opening, 'The statement needs "Effect": "Allow" or "Deny".');
    else if (!['Allow', 'Deny'].includes(String(effect.value.value))) this.mark(effect.value, 'Effect is "Allow" or "Deny".');
    this.sid(found.get('Sid'));
    this.pair(found, 'Action', 'required', opening, (text, at) => this.action(text, at));
    this.pair(found, 'Resource', RULES[this.kind].resource, opening, (text, at) => this.resource(text, at));
    this.principal(found, opening);
    const condition = found.get('Condition');
    if (condition) this.condition(condition.value);
    if (this.kind === 'identity' && effect?.value.value === 'Allow') this.admin(found);
  }

  private sid(sid: Member | undefined): void {
    if (!sid) return;
    const text = String(sid.value.value ?? '');
    if (sid.value.kind !== 'string') return this.mark(sid.value, 'Sid is a text.');
    if (this.kind === 'identity' && !/^[A-Za-z0-9]*$/.test(text))
      this.mark(sid.value, 'A Sid has only letters and digits.');
    if (text && this.sids.has(text)) this.mark(sid.value, `The Sid "${text}" is used twice.`);
    this.sids.add(text);
  }

  // X or NotX: one of them, or neither where it is forbidden.
  private pair(found: Map<string, Member>, name: string, need: 'required' | 'forbidden', opening: { start: number; end: number },
    check: (text: string, at: Node) => void): void {
    const both = [found.get(name), found.get(`Not${name}`)].filter((one): one is Member => one !== undefined);
    if (need === 'forbidden') return both.forEach((one) => this.key(one, `This kind of policy has no "${one.key}".`));
    if (both.length === 0) return this.mark(opening, `The statement needs "${name}" or "Not${name}".`);
    if (both.length === 2) this.key(both[1], `A statement has "${name}" or "Not${name}", not both.`);
    both.forEach((one) => this.texts(one.value, one.key, check));
  }

  private texts(node: Node, name: string, check: (text: string, at: Node) => void): void {
    const items = node.kind === 'array' ? node.items ?? [] : [node];
    if (items.length === 0) this.mark(node, `"${name}" is empty.`);
    for (const item of items) {
      if (item.kind !== 'string') this.mark(item, `"${name}" is a text or a list of texts.`);
      else check(String(item.value), item);
    }
  }

  private action(text: string, at: Node): void {
    if (text !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(text))
      this.mark(at, `"${text}" is no action. An action is SERVICE:NAME, such as "ec2:DescribeVpcs", or "*".`);
  }

  private resource(text: string, at: Node): void {
    if (text !== '*' && !/^(arn|\*|\$\{)/.test(text))
      this.mark(at, `"${text}" is no resource. A resource is an ARN, or "*".`);
    else if (text.startsWith('arn:') && text.split(':').length < 6)
      this.mark(at, 'An ARN has six parts: arn:partition:service:region:account:resource.', 'warning');
  }

  private principal(found: Map<string, Member>, opening: { start: number; end: number }): void {
    const both = [found.get('Principal'), found.get('NotPrincipal')].filter((one): one is Member => one !== undefined);
    if (RULES[this.kind].principal === 'forbidden')
      return both.forEach((one) => this.key(one, `This kind of policy has no "${one.key}".`));
    if (both.length === 0) return this.mark(opening, 'The statement needs "Principal".');
    for (const { value } of both) {
      if (value.kind === 'string' && value.value === '*') continue;
      if (value.kind !== 'object') {
        this.mark(value, 'A principal is "*", or an object such as { "AWS": "…" }.');
        continue;
      }
      this.names(value, ['AWS', 'Service', 'Federated', 'CanonicalUser'], 'A principal');
      value.members?.forEach((member) => this.texts(member.value, member.key, () => {}));
    }
  }

  private condition(node: Node): void {
    if (node.kind !== 'object') return this.mark(node, 'A condition is a JSON object.');
    for (const operator of node.members ?? []) {
      if (operator.value.kind !== 'object') {
        this.mark(operator.value, `"${operator.key}" holds condition keys and their values.`);
        continue;
      }
      for (const key of operator.value.members ?? []) {
        if (!key.key.includes(':')) this.key(key, `"${key.key}" is no condition key; keys have a prefix such as "aws:".`);
      }
    }
  }

  private admin(found: Map<string, Member>): void {
    const all = (name: string) => {
      const value = found.get(name)?.value;
      return value?.value === '*' || value?.items?.some((item) => item.value === '*');
    };
    const action = found.get('Action');
    if (action && all('Action') && all('Resource') && !found.has('Condition'))
      this.key(action, 'This statement allows everything.', 'info');
  }
}

export function lintPolicy(text: string, kind: PolicyKind): Mark[] {
  try {
    const linter = new Linter(kind);
    linter.document(parseJson(text));
    return linter.marks.sort((a, b) => a.start - b.start);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return [{ severity: 'error', message: error.message, start: error.offset, end: error.offset + 1 }];
  }
}
