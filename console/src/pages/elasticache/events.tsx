import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';

import { ResourceTable, Time, type Source } from '@/kit';
import { useAll } from '../resources/use-all';
import type { CacheEvent } from './types';

const minutes_kept = 14 * 24 * 60;
const newestFirst = (events: CacheEvent[]) => [...events].sort((a, b) => (b.Date ?? 0) - (a.Date ?? 0));

export const eventSource = (type = '', minutes = minutes_kept): Source<CacheEvent> => ({
  service: 'elasticache', operation: 'DescribeEvents', input: { Duration: minutes, ...(type ? { SourceType: type } : {}) }, items: (out) => out.Events,
});

const types = [
  { value: '', label: 'All sources' }, { value: 'cache-cluster', label: 'Cache clusters' }, { value: 'replication-group', label: 'Replication groups' },
  { value: 'cache-subnet-group', label: 'Subnet groups' }, { value: 'cache-parameter-group', label: 'Parameter groups' },
];

export function EventList() {
  const [type, setType] = useState(types[0]!);
  return (
    <ResourceTable<CacheEvent> name="elasticache-events" title="Events" variant="full-page" description="The last 14 days." source={eventSource(type.value)}
      idOf={(event) => `${event.Date} ${event.SourceIdentifier} ${event.Message}`} arrange={newestFirst}
      search={{ placeholder: 'Find events', text: (event) => `${event.SourceIdentifier} ${event.Message}` }}
      filters={<Select selectedOption={type} options={types} ariaLabel="Source type"
        onChange={(e) => setType(types.find((one) => one.value === e.detail.selectedOption.value) ?? types[0]!)} />}
      columns={[
        { id: 'time', header: 'Time', cell: (event) => <Time at={event.Date} />, sort: (event) => event.Date, isRowHeader: true, width: 220 },
        { id: 'source', header: 'Source ID', cell: (event) => event.SourceIdentifier, sort: (event) => event.SourceIdentifier, width: 180 },
        { id: 'type', header: 'Type', cell: (event) => event.SourceType, sort: (event) => event.SourceType, width: 160 },
        { id: 'message', header: 'Event', cell: (event) => event.Message, width: 480 },
      ]}
      empty={{ title: 'No events', text: 'Nothing has happened in the last 14 days.' }} />
  );
}

export function CacheEvents({ ids }: { ids: string[] }) {
  const all = useAll(eventSource());
  const events = newestFirst((all.data ?? []).filter((event) => ids.includes(event.SourceIdentifier ?? '')));
  return (
    <Table items={events} loading={all.loading} loadingText="Loading events" wrapLines
      header={<Header counter={all.data && `(${events.length})`} description="The last 14 days">Events</Header>}
      columnDefinitions={[
        { id: 'time', header: 'Time', cell: (event) => <Time at={event.Date} />, isRowHeader: true, width: 230 },
        { id: 'source', header: 'Source ID', cell: (event) => event.SourceIdentifier, width: 180 },
        { id: 'message', header: 'Event', cell: (event) => event.Message },
      ]}
      empty={<Box textAlign="center" color="text-body-secondary">{all.error ? `${all.error.code}: ${all.error.message}` : 'There are no events.'}</Box>} />
  );
}
