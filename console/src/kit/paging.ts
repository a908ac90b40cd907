// How each service pages: what the request and the answer call their tokens, and how many items a page may have.
import { call, type Input } from './call';

export interface Paging {
  token: string;       // of the request
  next: string;        // of the answer
  size?: string;       // of the request; none: the service decides
  sizes: number[];     // that the service takes and a person may choose
}

export const PAGING: Record<string, Paging> = {
  iam: { token: 'Marker', next: 'Marker', size: 'MaxItems', sizes: [20, 50, 100] },
  rds: { token: 'Marker', next: 'Marker', size: 'MaxRecords', sizes: [20, 50, 100] },
  elasticache: { token: 'Marker', next: 'Marker', size: 'MaxRecords', sizes: [20, 50, 100] },
  ec2: { token: 'NextToken', next: 'NextToken', size: 'MaxResults', sizes: [20, 50, 100] },
  organizations: { token: 'NextToken', next: 'NextToken', size: 'MaxResults', sizes: [20] },
  account: { token: 'NextToken', next: 'NextToken', size: 'MaxResults', sizes: [50] },
  cloudtrail: { token: 'NextToken', next: 'NextToken', size: 'MaxResults', sizes: [20, 50] },
  accessanalyzer: { token: 'nextToken', next: 'nextToken', size: 'maxResults', sizes: [20, 50, 100] },
  secretsmanager: { token: 'NextToken', next: 'NextToken', size: 'MaxResults', sizes: [20, 50, 100] },
};

// What a table shows at most when it must have everything (to sort, or to search what the service cannot search).
export const ITEMS_MAX = 10_000;

// The most that the service gives at once, for those who want everything.
const LARGEST: Record<string, number> = { iam: 1000, ec2: 1000, rds: 100, elasticache: 100, organizations: 20 };

export interface Source<Item> {
  service: string;
  operation: string;
  input?: Input;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  items: (out: any) => Item[] | undefined;
  paging?: Paging | false;  // false: the operation does not page
  region?: string;
}

export function pagingOf(source: { service: string; paging?: Paging | false }): Paging | undefined {
  return source.paging === false ? undefined : source.paging ?? PAGING[source.service];
}

export interface Page<Item> {
  items: Item[];
  next: string | undefined;
}

export async function loadPage<Item>(source: Source<Item>, size: number, token: string | undefined,
  options: { region?: string; signal?: AbortSignal }): Promise<Page<Item>> {
  const paging = pagingOf(source);
  const input: Input = { ...source.input };
  if (paging?.size) input[paging.size] = size;
  if (paging && token) input[paging.token] = token;
  const out = await call(source.service, source.operation, input, options);
  return { items: source.items(out) ?? [], next: paging ? out[paging.next] || undefined : undefined };
}

// Everything, page by page, to a bound. `truncated`: there was more.
export async function loadAll<Item>(source: Source<Item>, options: { region?: string; signal?: AbortSignal } = {}):
  Promise<{ items: Item[]; truncated: boolean }> {
  const size = LARGEST[source.service] ?? pagingOf(source)?.sizes.at(-1) ?? 100;
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await loadPage(source, size, token, options);
    items.push(...page.items);
    token = page.next;
  } while (token && items.length < ITEMS_MAX);
  return { items: items.slice(0, ITEMS_MAX), truncated: token !== undefined || items.length > ITEMS_MAX };
}
