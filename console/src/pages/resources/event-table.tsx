// The events of a dashboard or of one resource, of a service whose DescribeEvents answers as RDS's and ElastiCache's do.
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';

import { Time, type Loaded } from '@/kit';

export interface ServiceEvent {
  SourceIdentifier?: string;
  SourceType?: string;
  Message?: string;
  Date?: number;
}

export const event_minutes_kept = 14 * 24 * 60;
export const minutes_of_a_day = 24 * 60;

export const newestFirst = <E extends ServiceEvent>(events: E[]) => [...events].sort((a, b) => (b.Date ?? 0) - (a.Date ?? 0));

export interface EventTableProps {
  title: string;
  description: string;
  asked: Loaded<ServiceEvent[]>;
  events: ServiceEvent[]; // those of them that are shown, in their order
  isCounted?: boolean;
  actions?: ReactNode;
  source?: { header: string; width: number }; // absent: all are of one source
  message: string; // the header of its column
  nothing: string;
}

export function EventTable(props: EventTableProps) {
  const { title, description, asked, events, isCounted = false, actions, source, message, nothing } = props;
  const columns: TableProps.ColumnDefinition<ServiceEvent>[] = [
    { id: 'time', header: 'Time', cell: (event) => <Time at={event.Date} />, isRowHeader: true, width: 230 },
    ...(source
      ? [{ id: 'source', header: source.header, cell: (event: ServiceEvent) => event.SourceIdentifier, width: source.width }]
      : []),
    { id: 'message', header: message, cell: (event) => event.Message },
  ];
  return (
    <Table
      items={events}
      loading={asked.loading}
      loadingText="Loading events"
      wrapLines
      header={
        <Header counter={isCounted && asked.data ? `(${events.length})` : undefined} description={description} actions={actions}>
          {title}
        </Header>
      }
      columnDefinitions={columns}
      empty={
        <Box textAlign="center" color="text-body-secondary">
          {asked.error ? `${asked.error.code}: ${asked.error.message}` : nothing}
        </Box>
      }
    />
  );
}
