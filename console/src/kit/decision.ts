// What sts:DecodeAuthorizationMessage tells of a refusal, in the words of policies.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html

export interface Decision {
  explicit: boolean;  // a Deny, not the lack of an Allow
  action: string;
  resource: string;
  statements: Record<string, unknown>[];
}

interface Items {
  items?: { value?: string; key?: string; values?: Items }[];
}

const valuesOf = (list: Items | undefined) => (list?.items ?? []).map(({ value }) => value ?? '');
const ELEMENTS: [string, string][] = [
  ['actions', 'Action'], ['notActions', 'NotAction'], ['resources', 'Resource'], ['notResources', 'NotResource'],
];

export function decisionOf(decoded: string): Decision {
  const said = JSON.parse(decoded);
  const statements = (said.matchedStatements?.items ?? []).map((one: Record<string, unknown>) => {
    const statement: Record<string, unknown> = {};
    if (one.statementId) statement.Sid = one.statementId;
    statement.Effect = one.effect === 'DENY' ? 'Deny' : 'Allow';
    for (const [from, to] of ELEMENTS) if (one[from]) statement[to] = valuesOf(one[from] as Items);
    const conditions = (one.conditions as Items | undefined)?.items ?? [];
    if (conditions.length > 0) statement.Condition = Object.fromEntries(conditions.map(({ key, values }) => [key, valuesOf(values)]));
    return statement;
  });
  return {
    explicit: Boolean(said.explicitDeny), action: said.context?.action ?? '', resource: said.context?.resource ?? '', statements,
  };
}
