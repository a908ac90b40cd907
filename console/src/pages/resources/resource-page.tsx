// The page of one resource: its name, what can be done with it, what it is, and tabs. The tab is part of the address.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';

import { KeyValue, LoadedPart, type KeyValueProps, type Loaded } from '@/kit';

export interface PageTab {
  id: string;
  label: string;
  content: ReactNode;
}

export function PageTabs({ tabs }: { tabs: PageTab[] }) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('tab');
  const active = tabs.find((tab) => tab.id === wanted)?.id ?? tabs[0]?.id;
  const show = (id: string) => {
    const next = new URLSearchParams(search);
    next.set('tab', id);
    setSearch(next, { replace: true });
  };
  return <Tabs tabs={tabs} activeTabId={active} onChange={(e) => show(e.detail.activeTabId)} />;
}

export interface ResourcePageProps<Out, Item> {
  title: string;
  from: Loaded<Out>;
  pick: (out: Out) => Item | undefined;
  missing: string; // what is said where there is no such thing
  actions?: (item: Item) => ReactNode;
  summary?: (item: Item) => KeyValueProps['items'];
  summaryTitle?: string;
  children?: (item: Item) => ReactNode;
}

export function ResourcePage<Out, Item>(props: ResourcePageProps<Out, Item>) {
  const { from, pick, actions, summary, children } = props;
  const item = from.data === undefined ? undefined : pick(from.data);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh" loading={from.refreshing && !from.loading} onClick={from.refresh} />
            {item !== undefined && actions?.(item)}
          </SpaceBetween>
        }
      >
        {props.title}
      </Header>
      <LoadedPart from={from}>
        {() =>
          item === undefined ? (
            <Container>
              <Box textAlign="center" color="text-body-secondary">
                {props.missing}
              </Box>
            </Container>
          ) : (
            <SpaceBetween size="l">
              {summary && (
                <Container header={<Header variant="h2">{props.summaryTitle ?? 'Details'}</Header>}>
                  <KeyValue columns={4} items={summary(item)} />
                </Container>
              )}
              {children?.(item)}
            </SpaceBetween>
          )
        }
      </LoadedPart>
    </SpaceBetween>
  );
}

export function Panel({
  title,
  actions,
  description,
  children,
}: {
  title: string;
  actions?: ReactNode;
  description?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Container
      header={
        <Header variant="h2" actions={actions} description={description}>
          {title}
        </Header>
      }
    >
      {children}
    </Container>
  );
}
