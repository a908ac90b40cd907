// Tabs whose choice is in the address, so that a link leads to one and "back" comes back to it.
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router-dom';

export interface Tab { id: string; label: string; content: () => ReactNode }

export function PageTabs({ tabs, label }: { tabs: Tab[]; label: string }) {
  const [params, setParams] = useSearchParams();
  const active = tabs.find((tab) => tab.id === params.get('tab')) ?? tabs[0];
  return (
    <Tabs ariaLabel={label} activeTabId={active.id} onChange={({ detail }) => setParams({ tab: detail.activeTabId }, { replace: true })}
      tabs={tabs.map((tab) => ({ id: tab.id, label: tab.label, content: tab === active ? tab.content() : null }))} />
  );
}
