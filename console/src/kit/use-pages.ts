// The pages of a list as the server gives them; everything, to a bound, when the list is sorted or searched here.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ApiError } from './call';
import { loadAll, loadPage, pagingOf, type Source } from './paging';
import { useLoad } from './query';
import { useRegion } from './region';

export interface Listed<Item> {
  items: Item[];
  error: ApiError | undefined;
  loading: boolean;
  refreshing: boolean;
  truncated: boolean;       // there is more than is ever shown
  page: number;             // from 1
  pages: number;            // known so far
  openEnd: boolean;         // there are more
  total: number | undefined;  // once everything is here
  updatedAt: Date | undefined;
  setPage: (page: number) => void;
  refresh: () => void;
}

interface Options<Item> {
  size: number;
  whole: boolean;           // everything is needed
  arrange: (items: Item[]) => Item[];  // filter and order, where everything is here
  inTransition?: (item: Item) => boolean;
  changesOf?: string[];
}

interface Got<Item> {
  items: Item[];
  next?: string;
  truncated: boolean;
}

export function usePages<Item>(source: Source<Item>, options: Options<Item>): Listed<Item> {
  const { size, whole, arrange, inTransition, changesOf } = options;
  const chosen = useRegion();
  const region = source.region ?? chosen;
  const everything = whole || pagingOf(source) === undefined;
  const what = `${region} ${source.service} ${source.operation} ${JSON.stringify(source.input ?? {})} ${size} ${everything}`;

  // tokens[n] leads to page n + 1.
  const [tokens, setTokens] = useState<{ what: string; list: (string | undefined)[] }>({ what, list: [undefined] });
  const [place, setPlace] = useState({ what, page: 1 });
  const known = tokens.what === what ? tokens.list : [undefined];
  const page = place.what === what ? place.page : 1;
  const token = everything ? undefined : known[page - 1];

  const latest = useRef(source);
  latest.current = source;
  const loaded = useLoad<Got<Item>>(everything ? what : `${what} ${token ?? ''}`, async (signal) => {
    if (everything) return loadAll(latest.current, { region, signal });
    return { ...(await loadPage(latest.current, size, token, { region, signal })), truncated: false };
  }, {
    poll: (got) => Boolean(inTransition && got.items.some(inTransition)),
    changesOf: changesOf ?? [source.service],
  });

  const next = loaded.data?.next;
  useEffect(() => {
    if (everything || loaded.data === undefined) return;
    setTokens({ what, list: [...known.slice(0, page), ...(next ? [next] : [])] });
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [what, page, next, loaded.data]);

  const arranged = useMemo(() => {
    const items = loaded.data?.items ?? [];
    return everything ? arrange(items) : items;
  }, [loaded.data, everything, arrange]);
  const pages = everything ? Math.max(1, Math.ceil(arranged.length / size)) : known.length;
  const shown = Math.min(page, pages);
  return {
    items: everything ? arranged.slice((shown - 1) * size, shown * size) : arranged,
    error: loaded.error,
    loading: loaded.loading,
    refreshing: loaded.refreshing,
    truncated: loaded.data?.truncated ?? false,
    page: shown,
    pages,
    openEnd: !everything && next !== undefined && page === known.length,
    total: everything && loaded.data ? arranged.length : !everything && page === 1 && !next ? loaded.data?.items.length : undefined,
    updatedAt: loaded.updatedAt,
    setPage: (to) => setPlace({ what, page: to }),
    refresh: loaded.refresh,
  };
}
