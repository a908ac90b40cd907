// The caches: replication groups, and clusters without one.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { AppLink, Copyable, dateTime, RefusalAlert, Status } from '@/kit';
import { CacheActions } from './cache-actions';
import { endpointOf, endpointText, engineLabel, engineOf, nodeCountOf, nodeTypeOf, pathOf, statusOf, useCaches, versionOf, type Cache } from './lookups';

const caches_per_page = 50;

const columns: TableProps.ColumnDefinition<Cache>[] = [
  { id: 'id', header: 'Cache name', isRowHeader: true, minWidth: 160, cell: (cache) => <AppLink to={pathOf(cache)}>{cache.id}</AppLink> },
  { id: 'status', header: 'Status', minWidth: 120, cell: (cache) => <Status status={statusOf(cache)} /> },
  { id: 'engine', header: 'Engine', minWidth: 120, cell: (cache) => engineLabel(engineOf(cache)) },
  { id: 'version', header: 'Version', minWidth: 100, cell: (cache) => versionOf(cache) ?? '-' },
  { id: 'type', header: 'Node type', minWidth: 150, cell: (cache) => nodeTypeOf(cache) ?? '-' },
  { id: 'nodes', header: 'Nodes', minWidth: 90, cell: nodeCountOf },
  { id: 'endpoint', header: 'Endpoint', minWidth: 220, cell: (cache) => <Copyable text={endpointText(endpointOf(cache))} label={`Copy the endpoint of ${cache.id}`} /> },
];

const matches = (cache: Cache, text: string) => `${cache.id} ${engineOf(cache)} ${statusOf(cache)} ${nodeTypeOf(cache)}`.toLowerCase().includes(text);

export function CacheList() {
  const navigate = useNavigate();
  const caches = useCaches();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string>();
  const [page, setPage] = useState(1);
  const wanted = text.trim().toLowerCase();
  const found = (caches.data ?? []).filter((cache) => matches(cache, wanted));
  const pages = Math.max(1, Math.ceil(found.length / caches_per_page));
  const shownPage = Math.min(page, pages);
  const shown = found.slice((shownPage - 1) * caches_per_page, shownPage * caches_per_page);
  const selected = shown.find((cache) => cache.id === chosen);
  const create = () => navigate('/elasticache/caches/create');
  return (
    <SpaceBetween size="s">
      <RefusalAlert error={caches.error} onRetry={caches.refresh} />
      <Table<Cache> variant="full-page" items={shown} trackBy="id" columnDefinitions={columns} loading={caches.loading} loadingText="Loading caches" resizableColumns
        enableKeyboardNavigation selectionType="single" selectedItems={selected ? [selected] : []} onSelectionChange={(e) => setChosen(e.detail.selectedItems[0]?.id)}
        ariaLabels={{ tableLabel: 'Caches', selectionGroupLabel: 'Selection of caches', itemSelectionLabel: (_, cache) => `Select ${cache.id}` }}
        header={
          <Header variant="h1" counter={caches.data && `(${found.length})`} actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="refresh" ariaLabel="Refresh caches" loading={caches.refreshing && !caches.loading} onClick={caches.refresh} />
              <CacheActions cache={selected} />
              <Button variant="primary" onClick={create}>Create cache</Button>
            </SpaceBetween>
          }>Caches</Header>
        }
        filter={<TextFilter filteringText={text} filteringPlaceholder="Find caches" filteringAriaLabel="Find caches"
          countText={wanted ? `${found.length} ${found.length === 1 ? 'match' : 'matches'}` : ''} onChange={(e) => setText(e.detail.filteringText)} />}
        pagination={pages > 1 && <Pagination currentPageIndex={shownPage} pagesCount={pages} onChange={(e) => setPage(e.detail.currentPageIndex)} />}
        empty={
          <Box textAlign="center" margin={{ vertical: 'xs' }}>
            <SpaceBetween size="xs">
              <b>{wanted ? 'No matches' : 'No caches'}</b>
              {wanted ? <Button onClick={() => setText('')}>Clear filter</Button> : <Button onClick={create}>Create cache</Button>}
            </SpaceBetween>
          </Box>
        }
        footer={caches.updatedAt && <Box textAlign="right" variant="small">Updated {dateTime(caches.updatedAt.getTime() / 1000)}</Box>} />
    </SpaceBetween>
  );
}
