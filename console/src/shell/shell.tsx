// What is around every page: the header, the navigation of the service, the way here, messages and help.
import AppLayout, { type AppLayoutProps } from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Flashbar from '@cloudscape-design/components/flashbar';
import HelpPanel from '@cloudscape-design/components/help-panel';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useLocation } from 'react-router-dom';
import { useFlash } from '../kit/flash';
import { consoleHref, useFollow } from '../kit/link';
import type { ServiceEntry } from '../services';
import type { Crumb } from './crumbs';
import { Failure } from './failure';
import { Top } from './top';

const NARROW_PIXELS = 688;  // Cloudscape's own bound

export interface ShellProps {
  service?: ServiceEntry;
  navigation?: SideNavigationProps.Item[];
  crumbs?: Crumb[];
  title?: string;
  help?: ReactNode;
  contentType?: AppLayoutProps.ContentType;
  children: ReactNode;
}

// Pages write paths within the console; browsers need whole ones.
function withBase(items: readonly SideNavigationProps.Item[]): SideNavigationProps.Item[] {
  return items.map((item) => {
    const changed = { ...item } as SideNavigationProps.Item & { href?: string; items?: SideNavigationProps.Item[] };
    if (changed.href?.startsWith('/') && !changed.href.startsWith('/console')) changed.href = consoleHref(changed.href);
    if (changed.items) changed.items = withBase(changed.items);
    return changed as SideNavigationProps.Item;
  });
}

function links(items: readonly SideNavigationProps.Item[]): string[] {
  return items.flatMap((item) => [
    ...('href' in item && item.href ? [item.href] : []),
    ...('items' in item && item.items ? links(item.items) : []),
  ]);
}

// The longest link that the path is at or below.
function activeLink(items: SideNavigationProps.Item[], path: string): string {
  const here = consoleHref(path);
  return links(items).filter((href) => here === href || here.startsWith(`${href}/`)).sort((a, b) => b.length - a.length)[0] ?? here;
}

// Cloudscape's bar of narrow windows gives its nav an orientation, which that role has not (axe: aria-allowed-attr).
function useRepairedNavigation(): void {
  useEffect(() => {
    const repair = () => document.querySelectorAll('nav[aria-orientation]').forEach((nav) => nav.removeAttribute('aria-orientation'));
    const later = () => window.setTimeout(repair);
    repair();
    later();
    window.addEventListener('resize', later);
    return () => window.removeEventListener('resize', later);
  });
}

export function Shell({ service, navigation = [], crumbs = [], title, help, contentType, children }: ShellProps) {
  const { items, pageOpened } = useFlash();
  const { pathname } = useLocation();
  const follow = useFollow();
  const [helpOpen, setHelpOpen] = useState(false);
  const [navigationOpen, setNavigationOpen] = useState(() => window.innerWidth > NARROW_PIXELS);
  const entries = withBase(navigation);
  useRepairedNavigation();

  useEffect(() => {
    document.title = [title, service?.title, 'haar console'].filter(Boolean).join(' | ');
  }, [title, service]);
  // In a narrow window the navigation covers the page that was chosen from it.
  useEffect(() => {
    if (window.innerWidth <= NARROW_PIXELS) setNavigationOpen(false);
  }, [pathname]);
  const shownFor = useRef(pathname);
  useEffect(() => {
    if (shownFor.current !== pathname) pageOpened();
    shownFor.current = pathname;
  }, [pathname, pageOpened]);

  return (
    <>
      <div id="header"><Top global={service?.global ?? !service} /></div>
      <AppLayout
        headerSelector="#header"
        contentType={contentType}
        navigationHide={entries.length === 0}
        navigation={service && (
          <SideNavigation header={{ text: service.title, href: consoleHref(`/${service.id}`) }} items={entries}
            activeHref={activeLink(entries, pathname)} onFollow={follow} />
        )}
        navigationOpen={navigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        breadcrumbs={crumbs.length > 0 && (
          <BreadcrumbGroup ariaLabel="Breadcrumbs" onFollow={follow}
            items={[{ text: 'Home', href: consoleHref('/') }, ...crumbs.map(({ text, path }) => ({ text, href: consoleHref(path) }))]} />
        )}
        notifications={<Flashbar items={items} stackItems={items.length > 3} />}
        toolsHide={!help}
        tools={help && <HelpPanel header={<h2>{title ?? service?.title}</h2>}>{help}</HelpPanel>}
        toolsOpen={helpOpen}
        onToolsChange={({ detail }) => setHelpOpen(detail.open)}
        content={<Failure>{children}</Failure>}
      />
    </>
  );
}
