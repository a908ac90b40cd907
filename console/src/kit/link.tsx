// Links within the console: no reload, but a real address that opens in another tab.
import CloudscapeLink, { type LinkProps } from '@cloudscape-design/components/link';
import { useHref, useNavigate } from 'react-router-dom';

// For components of Cloudscape that take `href` and `onFollow`: the address as the browser sees it.
export function useFollow(): (event: CustomEvent<{ href?: string; external?: boolean }>) => void {
  const navigate = useNavigate();
  return (event) => {
    const { href, external } = event.detail;
    if (external || !href || !href.startsWith('/console/')) return;
    event.preventDefault();
    navigate(href.slice('/console'.length));
  };
}

// Where a path of the console is, for the browser: '/iam/users' -> '/console/iam/users'.
export function consoleHref(path: string): string {
  return `/console${path}`;
}

export function AppLink({ to, ...rest }: { to: string } & Omit<LinkProps, 'href' | 'onFollow'>) {
  const href = useHref(to);
  const navigate = useNavigate();
  return (
    <CloudscapeLink {...rest} href={href} onFollow={(event) => {
      event.preventDefault();
      navigate(to);
    }} />
  );
}
