// The databases: clusters with their instances below them, and instances of their own.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { AppLink, dateTime, isInTransition, loadAll, RefusalAlert, Status, useLoad, useRegion } from '@/kit';
import { DatabaseActions } from './database-actions';
import { engineLabel } from './engines';
import { clusterSource, databasesOf, instanceSource, nameOfDatabase, pathOfDatabase, statusOfDatabase, type Database } from './lookups';

const databases_per_page = 50;

export function useDatabases() {
  const region = useRegion();
  return useLoad<Database[]>(`databases ${region}`, async (signal) => {
    const [clusters, instances] = await Promise.all([
      loadAll(clusterSource, { region, signal }), loadAll(instanceSource, { region, signal }),
    ]);
    return databasesOf(clusters.items, instances.items);
  }, { changesOf: ['rds'], poll: (all) => all.some(isChanging) });
}

const isChanging = (database: Database): boolean => isInTransition(statusOfDatabase(database)) || database.children.some(isChanging);

function roleOf(database: Database): string {
  if (!database.instance) return database.cluster?.GlobalClusterIdentifier ? 'Regional cluster (global database)' : 'Regional cluster';
  if (!database.cluster) return 'Instance';
  return database.writer ? 'Writer instance' : 'Reader instance';
}

function sizeOf(database: Database): string {
  if (database.instance) return database.instance.DBInstanceClass ?? '-';
  const count = database.children.length;
  return `${count} ${count === 1 ? 'instance' : 'instances'}`;
}

function zoneOf(database: Database): string {
  if (database.instance) return database.instance.AvailabilityZone ?? '-';
  const zones = new Set(database.children.map((child) => child.instance?.AvailabilityZone).filter(Boolean));
  return zones.size === 0 ? '-' : `${zones.size} ${zones.size === 1 ? 'zone' : 'zones'}`;
}

const engineOf = (database: Database) => database.instance ?? database.cluster;

const columns: TableProps.ColumnDefinition<Database>[] = [
  { id: 'id', header: 'DB identifier', isRowHeader: true, minWidth: 220,
    cell: (database) => <AppLink to={pathOfDatabase(database)}>{nameOfDatabase(database)}</AppLink> },
  { id: 'status', header: 'Status', minWidth: 130, cell: (database) => <Status status={statusOfDatabase(database)} /> },
  { id: 'role', header: 'Role', minWidth: 150, cell: roleOf },
  { id: 'engine', header: 'Engine', minWidth: 170, cell: (database) => engineLabel(engineOf(database)?.Engine ?? database.cluster?.Engine) },
  { id: 'version', header: 'Version', minWidth: 100, cell: (database) => engineOf(database)?.EngineVersion ?? '-' },
  { id: 'zone', header: 'Region & AZ', minWidth: 120, cell: zoneOf },
  { id: 'size', header: 'Size', minWidth: 130, cell: sizeOf },
];

const matches = (database: Database, text: string): boolean =>
  [nameOfDatabase(database), roleOf(database), engineOf(database)?.Engine, statusOfDatabase(database)].join(' ').toLowerCase().includes(text)
  || database.children.some((child) => matches(child, text));

function Nothing({ onClear }: { onClear?: () => void }) {
  const navigate = useNavigate();
  return (
    <Box textAlign="center" margin={{ vertical: 'xs' }}>
      <SpaceBetween size="xs">
        <b>{onClear ? 'No matches' : 'No databases'}</b>
        {onClear ? <Button onClick={onClear}>Clear filter</Button>
          : <Button onClick={() => navigate('/rds/databases/create')}>Create database</Button>}
      </SpaceBetween>
    </Box>
  );
}

export function DatabaseList() {
  const navigate = useNavigate();
  const databases = useDatabases();
  const [text, setText] = useState('');
  const [closed, setClosed] = useState<string[]>([]);
  const [chosen, setChosen] = useState<string>();
  const [page, setPage] = useState(1);
  const wanted = text.trim().toLowerCase();
  const found = (databases.data ?? []).filter((database) => matches(database, wanted));
  const pages = Math.max(1, Math.ceil(found.length / databases_per_page));
  const shownPage = Math.min(page, pages);
  const shown = found.slice((shownPage - 1) * databases_per_page, shownPage * databases_per_page);
  const selected = shown.flatMap((database) => [database, ...database.children]).find((database) => database.id === chosen);
  return (
    <SpaceBetween size="s">
      <RefusalAlert error={databases.error} onRetry={databases.refresh} />
      <Table<Database> variant="full-page" items={shown} trackBy="id" columnDefinitions={columns} loading={databases.loading}
        loadingText="Loading databases" resizableColumns enableKeyboardNavigation selectionType="single"
        selectedItems={selected ? [selected] : []} onSelectionChange={(e) => setChosen(e.detail.selectedItems[0]?.id)}
        expandableRows={{
          getItemChildren: (database) => database.children, isItemExpandable: (database) => database.children.length > 0,
          expandedItems: found.filter((database) => !closed.includes(database.id)),
          onExpandableItemToggle: (e) => setClosed((before) => (
            e.detail.expanded ? before.filter((id) => id !== e.detail.item.id) : [...before, e.detail.item.id])),
        }}
        ariaLabels={{
          tableLabel: 'Databases', selectionGroupLabel: 'Selection of databases', itemSelectionLabel: (_, item) => `Select ${nameOfDatabase(item)}`,
          expandButtonLabel: (item) => `Show the instances of ${nameOfDatabase(item)}`,
          collapseButtonLabel: (item) => `Hide the instances of ${nameOfDatabase(item)}`,
        }}
        header={
          <Header variant="h1" counter={databases.data && `(${found.length})`} actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button iconName="refresh" ariaLabel="Refresh databases" loading={databases.refreshing && !databases.loading} onClick={databases.refresh} />
              <DatabaseActions database={selected} />
              <Button onClick={() => navigate('/rds/snapshots')}>Restore from snapshot</Button>
              <Button variant="primary" onClick={() => navigate('/rds/databases/create')}>Create database</Button>
            </SpaceBetween>
          }>Databases</Header>
        }
        filter={<TextFilter filteringText={text} filteringPlaceholder="Filter by databases" filteringAriaLabel="Filter by databases"
          countText={wanted ? `${found.length} ${found.length === 1 ? 'match' : 'matches'}` : ''} onChange={(e) => setText(e.detail.filteringText)} />}
        pagination={pages > 1 && <Pagination currentPageIndex={shownPage} pagesCount={pages} onChange={(e) => setPage(e.detail.currentPageIndex)} />}
        empty={<Nothing onClear={wanted ? () => setText('') : undefined} />}
        footer={databases.updatedAt && <Box textAlign="right" variant="small">Updated {dateTime(databases.updatedAt.getTime() / 1000)}</Box>} />
    </SpaceBetween>
  );
}
