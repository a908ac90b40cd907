// The page of a replication group.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useParams } from 'react-router-dom';

import { Copyable, isInTransition, KeyValue, Status, Time, useQuery } from '@/kit';
import { enabledText } from '../resources/format';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { NotConnectable, Snippets } from '../resources/snippets';
import { AskedTagsPanel } from '../resources/tags-panel';
import { useAll } from '../resources/use-all';
import { CacheActions } from './cache-actions';
import { Network } from './cluster';
import { CacheEvents } from './events';
import { clusterSource, endpointText, engineLabel, groupPath, type Cache } from './lookups';
import { SnapshotsTable } from './snapshots';
import { snippetsOf } from './snippets';
import type { CacheCluster, ReplicationGroup } from './types';

function Nodes({ group, members }: { group: ReplicationGroup; members: CacheCluster[] }) {
  const rows = (group.NodeGroups ?? []).flatMap((shard) => (shard.NodeGroupMembers ?? []).map((member) => ({ shard, member })));
  const clusterOf = (id?: string) => members.find((one) => one.CacheClusterId === id);
  return (
    <Table items={rows} trackBy={(row) => row.member.CacheClusterId ?? ''} ariaLabels={{ tableLabel: 'Nodes' }} header={<Header counter={`(${rows.length})`}>Nodes</Header>}
      columnDefinitions={[
        { id: 'id', header: 'Node name', isRowHeader: true, cell: ({ member }) => member.CacheClusterId },
        { id: 'status', header: 'Status', cell: ({ member }) => <Status status={clusterOf(member.CacheClusterId)?.CacheClusterStatus} /> },
        { id: 'role', header: 'Current role', cell: ({ member }) => member.CurrentRole ?? '-' },
        { id: 'zone', header: 'Zone', cell: ({ member }) => member.PreferredAvailabilityZone },
        { id: 'endpoint', header: 'Endpoint', cell: ({ member }) => (
          <Copyable text={endpointText(member.ReadEndpoint ?? clusterOf(member.CacheClusterId)?.CacheNodes?.[0]?.Endpoint)} label="Copy the endpoint" />) },
        { id: 'shard', header: 'Shard', cell: ({ shard }) => shard.NodeGroupId },
      ]}
      empty={<Box textAlign="center">The nodes are being made.</Box>} />
  );
}

function Connection({ group, members }: { group: ReplicationGroup; members: CacheCluster[] }) {
  const shard = group.NodeGroups?.[0];
  const primary = group.ConfigurationEndpoint ?? shard?.PrimaryEndpoint;
  const reader = shard?.ReaderEndpoint;
  return (
    <SpaceBetween size="l">
      <Panel title="Endpoints">
        <KeyValue columns={2} items={[
          { label: group.ClusterEnabled ? 'Configuration endpoint' : 'Primary endpoint', value: <Copyable text={endpointText(primary)} label="Copy the endpoint" /> },
          { label: 'Reader endpoint', value: <Copyable text={endpointText(reader)} label="Copy the reader endpoint" /> },
        ]} />
      </Panel>
      <Network cluster={members[0]} />
      {primary?.Address && primary.Port ? (
        <Snippets note="Whom a rule of the security groups lets in can connect." snippets={snippetsOf({
          engine: group.Engine ?? 'redis', host: primary.Address, port: primary.Port, reader: reader?.Address, isTls: group.TransitEncryptionEnabled ?? false,
          hasPassword: (group.AuthTokenEnabled ?? false) || (group.UserGroupIds?.length ?? 0) > 0,
        })} />
      ) : <NotConnectable>The cache has no node that answers yet.</NotConnectable>}
    </SpaceBetween>
  );
}

export function GroupDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const asked = useQuery<{ ReplicationGroups?: ReplicationGroup[] }>('elasticache', 'DescribeReplicationGroups', { ReplicationGroupId: id },
    { poll: (out) => isInTransition(out.ReplicationGroups?.[0]?.Status) });
  const all = useAll<CacheCluster>(clusterSource, (clusters) => clusters.some((one) => one.ReplicationGroupId === id && isInTransition(one.CacheClusterStatus)));
  const members = (all.data ?? []).filter((one) => one.ReplicationGroupId === id);
  const cacheOf = (group: ReplicationGroup): Cache => ({ id, group, members });
  return (
    <ResourcePage title={id} from={asked} pick={(out) => out.ReplicationGroups?.[0]} missing="There is no such cache in this Region." summaryTitle="Cache details"
      actions={(group) => (
        <>
          <Button disabled={group.Status !== 'available'} onClick={() => navigate(`${groupPath(id)}/modify`)}>Modify</Button>
          <CacheActions cache={cacheOf(group)} />
        </>
      )}
      summary={(group) => [
        { label: 'Cache name', value: group.ReplicationGroupId },
        { label: 'Status', value: <Status status={group.Status} /> },
        { label: 'Engine', value: engineLabel(group.Engine ?? members[0]?.Engine) },
        { label: 'Engine version', value: members[0]?.EngineVersion },
        { label: 'Description', value: group.Description },
        { label: 'Node type', value: group.CacheNodeType },
        { label: 'Number of nodes', value: group.MemberClusters?.length },
        { label: 'Cluster mode', value: group.ClusterEnabled ? 'Enabled' : 'Disabled' },
        { label: 'Auto-failover', value: <Status status={group.AutomaticFailover} /> },
        { label: 'Multi-AZ', value: <Status status={group.MultiAZ} /> },
        { label: 'Encryption in transit', value: enabledText(group.TransitEncryptionEnabled) },
        { label: 'Access control', value: group.UserGroupIds?.length ? `User group ${group.UserGroupIds.join(', ')}` : group.AuthTokenEnabled ? 'AUTH token' : 'None' },
        { label: 'Created', value: <Time at={group.ReplicationGroupCreateTime} /> },
        { label: 'ARN', value: <Copyable text={group.ARN} /> },
      ]}>
      {(group) => (
        <PageTabs tabs={[
          { id: 'connectivity', label: 'Connectivity & security', content: <Connection group={group} members={members} /> },
          { id: 'nodes', label: 'Nodes', content: <Nodes group={group} members={members} /> },
          { id: 'backups', label: 'Backups & maintenance', content: (
            <SpaceBetween size="l">
              <Panel title="Backups & maintenance">
                <KeyValue items={[
                  { label: 'Backup retention', value: group.SnapshotRetentionLimit ? `${group.SnapshotRetentionLimit} days` : 'No automatic backups' },
                  { label: 'Backup window', value: group.SnapshotRetentionLimit ? `${group.SnapshotWindow} UTC` : '-' },
                  { label: 'Maintenance window', value: members[0]?.PreferredMaintenanceWindow && `${members[0].PreferredMaintenanceWindow} UTC` },
                ]} />
              </Panel>
              <SnapshotsTable filter={{ ReplicationGroupId: id }} />
            </SpaceBetween>
          ) },
          { id: 'events', label: 'Events', content: <CacheEvents ids={[id, ...(group.MemberClusters ?? [])]} /> },
          { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'elasticache', resource: group.ARN ?? '' }} /> },
        ]} />
      )}
    </ResourcePage>
  );
}
