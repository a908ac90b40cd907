import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate } from 'react-router-dom';

import { AppLink, Time, useRegion } from '@/kit';
import { Counts, type Counted } from '../resources/counts';
import { useAll } from '../resources/use-all';
import { eventSource } from './events';
import { clusterSource, groupSource } from './lookups';

const counted: Counted[] = [
  { title: 'Replication groups', path: '/elasticache/caches', source: groupSource },
  { title: 'Cache clusters', path: '/elasticache/caches', source: clusterSource },
  { title: 'Backups', path: '/elasticache/backups', source: { service: 'elasticache', operation: 'DescribeSnapshots', items: (out) => out.Snapshots,
    paging: { token: 'Marker', next: 'Marker', sizes: [20, 50] } } },
  { title: 'Subnet groups', path: '/elasticache/subnet-groups', source: { service: 'elasticache', operation: 'DescribeCacheSubnetGroups', items: (out) => out.CacheSubnetGroups } },
];

const events_shown = 8;
const minutes_of_a_day = 24 * 60;

export function ElastiCacheDashboard() {
  const region = useRegion();
  const navigate = useNavigate();
  const events = useAll(eventSource('', minutes_of_a_day));
  const newest = [...(events.data ?? [])].sort((a, b) => (b.Date ?? 0) - (a.Date ?? 0)).slice(0, events_shown);
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={`Resources in ${region}`}
        actions={<Button variant="primary" onClick={() => navigate('/elasticache/caches/create')}>Create cache</Button>}>Dashboard</Header>
      <Counts of={counted} />
      <Table items={newest} loading={events.loading} loadingText="Loading events" wrapLines
        header={<Header description="The last 24 hours" actions={<AppLink to="/elasticache/events">View all events</AppLink>}>Recent events</Header>}
        columnDefinitions={[
          { id: 'time', header: 'Time', cell: (event) => <Time at={event.Date} />, isRowHeader: true, width: 230 },
          { id: 'source', header: 'Source ID', cell: (event) => event.SourceIdentifier, width: 200 },
          { id: 'message', header: 'Event', cell: (event) => event.Message },
        ]}
        empty={<Box textAlign="center" color="text-body-secondary">{events.error ? `${events.error.code}: ${events.error.message}` : 'Nothing has happened.'}</Box>} />
    </SpaceBetween>
  );
}
