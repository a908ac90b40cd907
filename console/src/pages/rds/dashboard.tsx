import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate } from 'react-router-dom';

import { AppLink, Time, useRegion } from '@/kit';
import { Counts, type Counted } from '../resources/counts';
import { useAll } from '../resources/use-all';
import { clusterParameterGroups, clusterSource, instanceSource } from './lookups';
import type { DbEvent } from './types';

const counted: Counted[] = [
  { title: 'DB clusters', path: '/rds/databases', source: clusterSource },
  { title: 'DB instances', path: '/rds/databases', source: instanceSource },
  { title: 'Snapshots', path: '/rds/snapshots', source: { service: 'rds', operation: 'DescribeDBClusterSnapshots', items: (out) => out.DBClusterSnapshots } },
  { title: 'Subnet groups', path: '/rds/subnet-groups', source: { service: 'rds', operation: 'DescribeDBSubnetGroups', items: (out) => out.DBSubnetGroups } },
  { title: 'Parameter groups', path: '/rds/parameter-groups', source: clusterParameterGroups },
];

const events_shown = 8;
const minutes_of_a_day = 24 * 60;

export function RdsDashboard() {
  const region = useRegion();
  const navigate = useNavigate();
  const events = useAll<DbEvent>({ service: 'rds', operation: 'DescribeEvents', input: { Duration: minutes_of_a_day }, items: (out) => out.Events });
  const newest = [...(events.data ?? [])].sort((a, b) => (b.Date ?? 0) - (a.Date ?? 0)).slice(0, events_shown);
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={`Resources in ${region}`} actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={() => navigate('/rds/snapshots')}>Restore from snapshot</Button>
          <Button variant="primary" onClick={() => navigate('/rds/databases/create')}>Create database</Button>
        </SpaceBetween>
      }>Dashboard</Header>
      <Counts of={counted} />
      <Table items={newest} loading={events.loading} loadingText="Loading events" wrapLines
        header={<Header description="The last 24 hours" actions={<AppLink to="/rds/events">View all events</AppLink>}>Recent events</Header>}
        columnDefinitions={[
          { id: 'time', header: 'Time', cell: (event) => <Time at={event.Date} />, isRowHeader: true, width: 230 },
          { id: 'source', header: 'Source', cell: (event) => event.SourceIdentifier, width: 200 },
          { id: 'message', header: 'Message', cell: (event) => event.Message },
        ]}
        empty={<Box textAlign="center" color="text-body-secondary">{events.error ? `${events.error.code}: ${events.error.message}` : 'Nothing has happened.'}</Box>} />
    </SpaceBetween>
  );
}
