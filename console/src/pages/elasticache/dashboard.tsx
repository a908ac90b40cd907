import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router-dom';

import { AppLink, useRegion } from '@/kit';
import { Counts, type Counted } from '../resources/counts';
import { EventTable, minutes_of_a_day, newestFirst } from '../resources/event-table';
import { useAll } from '../resources/use-all';
import { eventSource } from './events';
import { clusterSource, groupSource } from './lookups';

const counted: Counted[] = [
  { title: 'Replication groups', path: '/elasticache/caches', source: groupSource },
  { title: 'Cache clusters', path: '/elasticache/caches', source: clusterSource },
  {
    title: 'Backups',
    path: '/elasticache/backups',
    source: {
      service: 'elasticache',
      operation: 'DescribeSnapshots',
      items: (out) => out.Snapshots,
      paging: { token: 'Marker', next: 'Marker', sizes: [20, 50] },
    },
  },
  {
    title: 'Subnet groups',
    path: '/elasticache/subnet-groups',
    source: { service: 'elasticache', operation: 'DescribeCacheSubnetGroups', items: (out) => out.CacheSubnetGroups },
  },
];

const events_shown = 8;

export function ElastiCacheDashboard() {
  const region = useRegion();
  const navigate = useNavigate();
  const events = useAll(eventSource('', minutes_of_a_day));
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`Resources in ${region}`}
        actions={
          <Button variant="primary" onClick={() => navigate('/elasticache/caches/create')}>
            Create cache
          </Button>
        }
      >
        Dashboard
      </Header>
      <Counts of={counted} />
      <EventTable
        title="Recent events"
        description="The last 24 hours"
        asked={events}
        events={newestFirst(events.data ?? []).slice(0, events_shown)}
        actions={<AppLink to="/elasticache/events">View all events</AppLink>}
        source={{ header: 'Source ID', width: 200 }}
        message="Event"
        nothing="Nothing has happened."
      />
    </SpaceBetween>
  );
}
