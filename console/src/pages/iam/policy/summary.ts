// A policy as a table: for each service what is allowed or denied, on what, under which condition.

export interface SummaryRow {
  effect: 'Allow' | 'Deny';
  service: string;         // "iam"; "*" for all
  access: string;          // "Full access", or the actions
  resources: string[];
  conditions: string[];
}

type Texts = string | string[] | undefined;
interface Statement {
  Effect?: string;
  Action?: Texts;
  NotAction?: Texts;
  Resource?: Texts;
  NotResource?: Texts;
  Condition?: Record<string, Record<string, Texts>>;
}

const list = (texts: Texts): string[] => (texts === undefined ? [] : Array.isArray(texts) ? texts : [texts]);

function conditionTexts(condition: Statement['Condition']): string[] {
  return Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => `${key} ${operator} ${list(values).join(' or ')}`));
}

function services(statement: Statement): Map<string, string[]> {
  const by = new Map<string, string[]>();
  const add = (service: string, action: string) => by.set(service, [...(by.get(service) ?? []), action]);
  for (const action of list(statement.Action)) {
    const colon = action.indexOf(':');
    if (colon < 0) add('*', action);
    else add(action.slice(0, colon).toLowerCase(), action.slice(colon + 1));
  }
  const except = list(statement.NotAction);
  if (except.length > 0) by.set('*', [`All actions except ${except.join(', ')}`]);
  return by;
}

function statementRows(statement: Statement): SummaryRow[] {
  const except = list(statement.NotResource);
  const resources = except.length > 0 ? [`All resources except ${except.join(', ')}`] : list(statement.Resource);
  return [...services(statement)].map(([service, actions]) => ({
    effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
    service,
    access: actions.includes('*') ? 'Full access' : actions.join(', '),
    resources: resources.map((resource) => (resource === '*' ? 'All resources' : resource)),
    conditions: conditionTexts(statement.Condition),
  }));
}

export function summarize(text: string): SummaryRow[] | undefined {
  try {
    const document = JSON.parse(text);
    const statements: Statement[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
    const rows = statements.filter((one) => one && typeof one === 'object').flatMap(statementRows);
    const rank = (row: SummaryRow) => `${row.effect === 'Deny' ? 0 : 1}${row.service}`;
    return rows.sort((a, b) => rank(a).localeCompare(rank(b)));
  } catch {
    return undefined;
  }
}
