import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router-dom';

import { AppLink, useRegion } from '@/kit';
import { Counts, type Counted } from '../resources/counts';
import { EventTable, minutes_of_a_day, newestFirst } from '../resources/event-table';
import { useAll } from '../resources/use-all';
import { clusterParameterGroups, clusterSource, instanceSource } from './lookups';
import type { DbEvent } from './types';

const counted: Counted[] = [
  { title: 'DB clusters', path: '/rds/databases', source: clusterSource },
  { title: 'DB instances', path: '/rds/databases', source: instanceSource },
  {
    title: 'Snapshots',
    path: '/rds/snapshots',
    source: { service: 'rds', operation: 'DescribeDBClusterSnapshots', items: (out) => out.DBClusterSnapshots },
  },
  {
    title: 'Subnet groups',
    path: '/rds/subnet-groups',
    source: { service: 'rds', operation: 'DescribeDBSubnetGroups', items: (out) => out.DBSubnetGroups },
  },
  { title: 'Parameter groups', path: '/rds/parameter-groups', source: clusterParameterGroups },
];

const events_shown = 8;

export function RdsDashboard() {
  const region = useRegion();
  const navigate = useNavigate();
  const events = useAll<DbEvent>({
    service: 'rds',
    operation: 'DescribeEvents',
    input: { Duration: minutes_of_a_day },
    items: (out) => out.Events,
  });
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`Resources in ${region}`}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => navigate('/rds/snapshots')}>Restore from snapshot</Button>
            <Button variant="primary" onClick={() => navigate('/rds/databases/create')}>
              Create database
            </Button>
          </SpaceBetween>
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
        actions={<AppLink to="/rds/events">View all events</AppLink>}
        source={{ header: 'Source', width: 200 }}
        message="Message"
        nothing="Nothing has happened."
      />
    </SpaceBetween>
  );
}
