// Which page a path is, and the way to it.
import type { PageEntry, Params } from '../kit/service';

export interface Crumb {
  text: string;
  path: string;  // within the console
}

export function match(pattern: string, path: string): Params | undefined {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  const rest = wanted.at(-1) === '*';
  if (rest ? given.length < wanted.length - 1 : given.length !== wanted.length) return undefined;
  const params: Params = {};
  for (const [index, piece] of wanted.entries()) {
    if (piece === '*') break;
    if (piece.startsWith(':')) params[piece.slice(1)] = decode(given[index]);
    else if (piece !== given[index]) return undefined;
  }
  return params;
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

// The page whose pattern names most of the path by its own words: 'users/create' before 'users/:name'.
export function pageAt(pages: PageEntry[], path: string): { page: PageEntry; params: Params } | undefined {
  const fixed = (page: PageEntry) => page.path.split('/').filter((piece) => piece && !piece.startsWith(':') && piece !== '*').length;
  return pages
    .map((page) => ({ page, params: match(page.path, path) }))
    .filter((one): one is { page: PageEntry; params: Params } => one.params !== undefined)
    .sort((a, b) => fixed(b.page) - fixed(a.page))[0];
}

export function titleOf(page: PageEntry, params: Params): string {
  return typeof page.title === 'string' ? page.title : page.title(params);
}

// The service, then each page whose path is a beginning of this one.
export function crumbsOf(service: { id: string; title: string }, pages: PageEntry[], path: string): Crumb[] {
  const crumbs: Crumb[] = [{ text: service.title, path: `/${service.id}` }];
  const pieces = path.split('/').filter(Boolean);
  for (let end = 1; end <= pieces.length; end++) {
    const beginning = pieces.slice(0, end).join('/');
    const here = pageAt(pages, beginning);
    if (here && !here.page.path.includes('*')) {
      crumbs.push({ text: titleOf(here.page, here.params), path: `/${service.id}/${beginning}` });
    }
  }
  return crumbs;
}
