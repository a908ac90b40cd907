import Select from '@cloudscape-design/components/select';
import { useState } from 'react';

import { ResourceTable, Time, type Source } from '@/kit';
import { event_minutes_kept, EventTable, newestFirst } from '../resources/event-table';
import { useAll } from '../resources/use-all';
import type { CacheEvent } from './types';

export const eventSource = (type = '', minutes = event_minutes_kept): Source<CacheEvent> => ({
  service: 'elasticache',
  operation: 'DescribeEvents',
  input: { Duration: minutes, ...(type ? { SourceType: type } : {}) },
  items: (out) => out.Events,
});

const types = [
  { value: '', label: 'All sources' },
  { value: 'cache-cluster', label: 'Cache clusters' },
  { value: 'replication-group', label: 'Replication groups' },
  { value: 'cache-subnet-group', label: 'Subnet groups' },
  { value: 'cache-parameter-group', label: 'Parameter groups' },
];

export function EventList() {
  const [type, setType] = useState(types[0]!);
  return (
    <ResourceTable<CacheEvent>
      name="elasticache-events"
      title="Events"
      variant="full-page"
      description="The last 14 days."
      source={eventSource(type.value)}
      idOf={(event) => `${event.Date} ${event.SourceIdentifier} ${event.Message}`}
      arrange={newestFirst}
      search={{ placeholder: 'Find events', text: (event) => `${event.SourceIdentifier} ${event.Message}` }}
      filters={
        <Select
          selectedOption={type}
          options={types}
          ariaLabel="Source type"
          onChange={(e) => setType(types.find((one) => one.value === e.detail.selectedOption.value) ?? types[0]!)}
        />
      }
      columns={[
        {
          id: 'time',
          header: 'Time',
          cell: (event) => <Time at={event.Date} />,
          sort: (event) => event.Date,
          isRowHeader: true,
          width: 220,
        },
        {
          id: 'source',
          header: 'Source ID',
          cell: (event) => event.SourceIdentifier,
          sort: (event) => event.SourceIdentifier,
          width: 180,
        },
        { id: 'type', header: 'Type', cell: (event) => event.SourceType, sort: (event) => event.SourceType, width: 160 },
        { id: 'message', header: 'Event', cell: (event) => event.Message, width: 480 },
      ]}
      empty={{ title: 'No events', text: 'Nothing has happened in the last 14 days.' }}
    />
  );
}

export function CacheEvents({ ids }: { ids: string[] }) {
  const all = useAll(eventSource());
  const events = newestFirst((all.data ?? []).filter((event) => ids.includes(event.SourceIdentifier ?? '')));
  return (
    <EventTable
      title="Events"
      description="The last 14 days"
      asked={all}
      events={events}
      isCounted
      source={{ header: 'Source ID', width: 180 }}
      message="Event"
      nothing="There are no events."
    />
  );
}
