// The page of a cache cluster without a replication group.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, isInTransition, KeyValue, Status, Time, useQuery } from '@/kit';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { NotConnectable, Snippets } from '../resources/snippets';
import { AskedTagsPanel } from '../resources/tags-panel';
import { IdLinks } from '../vpc/columns';
import { CacheActions } from './cache-actions';
import { CacheEvents } from './events';
import { clusterPath, endpointText, engineLabel, groupPath, parameterGroupPath, subnetGroupPath } from './lookups';
import { SnapshotsTable } from './snapshots';
import { snippetsOf } from './snippets';
import type { CacheCluster } from './types';

export function Network({ cluster }: { cluster?: CacheCluster }) {
  const parameters = cluster?.CacheParameterGroup;
  return (
    <Panel title="Security and network">
      <KeyValue items={[
        { label: 'Security groups', value: <IdLinks ids={cluster?.SecurityGroups?.map((group) => group.SecurityGroupId)} /> },
        { label: 'Subnet group', value: cluster?.CacheSubnetGroupName && <AppLink to={subnetGroupPath(cluster.CacheSubnetGroupName)}>{cluster.CacheSubnetGroupName}</AppLink> },
        { label: 'Parameter group', value: parameters?.CacheParameterGroupName && (
          <SpaceBetween size="xxs" direction="horizontal">
            <AppLink to={parameterGroupPath(parameters.CacheParameterGroupName)}>{parameters.CacheParameterGroupName}</AppLink>
            <Status status={parameters.ParameterApplyStatus} type={parameters.ParameterApplyStatus === 'in-sync' ? 'success' : 'pending'} />
          </SpaceBetween>
        ) },
      ]} />
    </Panel>
  );
}

function Nodes({ cluster }: { cluster: CacheCluster }) {
  const nodes = cluster.CacheNodes ?? [];
  return (
    <Table items={nodes} trackBy="CacheNodeId" ariaLabels={{ tableLabel: 'Nodes' }} header={<Header counter={`(${nodes.length})`}>Nodes</Header>}
      columnDefinitions={[
        { id: 'id', header: 'Node ID', isRowHeader: true, cell: (node) => node.CacheNodeId },
        { id: 'status', header: 'Status', cell: (node) => <Status status={node.CacheNodeStatus} /> },
        { id: 'zone', header: 'Zone', cell: (node) => node.CustomerAvailabilityZone },
        { id: 'endpoint', header: 'Endpoint', cell: (node) => <Copyable text={endpointText(node.Endpoint)} label="Copy the endpoint" /> },
        { id: 'created', header: 'Created', cell: (node) => <Time at={node.CacheNodeCreateTime} /> },
      ]}
      empty={<Box textAlign="center">The nodes are being made.</Box>} />
  );
}

function Connection({ cluster }: { cluster: CacheCluster }) {
  const endpoint = cluster.ConfigurationEndpoint ?? cluster.CacheNodes?.[0]?.Endpoint;
  return (
    <SpaceBetween size="l">
      <Panel title="Endpoints">
        <KeyValue columns={2} items={[
          { label: cluster.ConfigurationEndpoint ? 'Configuration endpoint' : 'Endpoint', value: <Copyable text={endpointText(endpoint)} label="Copy the endpoint" /> },
        ]} />
      </Panel>
      <Network cluster={cluster} />
      {endpoint?.Address && endpoint.Port ? (
        <Snippets note="Whom a rule of the security groups lets in can connect." snippets={snippetsOf({
          engine: cluster.Engine ?? 'redis', host: endpoint.Address, port: endpoint.Port, isTls: cluster.TransitEncryptionEnabled ?? false,
          hasPassword: cluster.AuthTokenEnabled ?? false,
        })} />
      ) : <NotConnectable>The cache has no node that answers yet.</NotConnectable>}
    </SpaceBetween>
  );
}

export function ClusterDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const asked = useQuery<{ CacheClusters?: CacheCluster[] }>('elasticache', 'DescribeCacheClusters', { CacheClusterId: id, ShowCacheNodeInfo: true },
    { poll: (out) => isInTransition(out.CacheClusters?.[0]?.CacheClusterStatus) });
  return (
    <ResourcePage title={id} from={asked} pick={(out) => out.CacheClusters?.[0]} missing="There is no such cache in this Region." summaryTitle="Cache details"
      actions={(cluster) => (
        <>
          <Button disabled={cluster.CacheClusterStatus !== 'available'} onClick={() => navigate(`${clusterPath(id)}/modify`)}>Modify</Button>
          <CacheActions cache={{ id, cluster, members: [] }} />
        </>
      )}
      summary={(cluster) => [
        { label: 'Cache name', value: cluster.CacheClusterId },
        { label: 'Status', value: <Status status={cluster.CacheClusterStatus} /> },
        { label: 'Engine', value: engineLabel(cluster.Engine) },
        { label: 'Engine version', value: cluster.EngineVersion },
        { label: 'Node type', value: cluster.CacheNodeType },
        { label: 'Number of nodes', value: cluster.NumCacheNodes },
        { label: 'Zone', value: cluster.PreferredAvailabilityZone },
        { label: 'Replication group', value: cluster.ReplicationGroupId && <AppLink to={groupPath(cluster.ReplicationGroupId)}>{cluster.ReplicationGroupId}</AppLink> },
        { label: 'Created', value: <Time at={cluster.CacheClusterCreateTime} /> },
        { label: 'Maintenance window', value: cluster.PreferredMaintenanceWindow && `${cluster.PreferredMaintenanceWindow} UTC` },
        { label: 'ARN', value: <Copyable text={cluster.ARN} /> },
      ]}>
      {(cluster) => (
        <PageTabs tabs={[
          { id: 'connectivity', label: 'Connectivity & security', content: <Connection cluster={cluster} /> },
          { id: 'nodes', label: 'Nodes', content: <Nodes cluster={cluster} /> },
          ...(cluster.Engine === 'memcached' ? [] : [{ id: 'backups', label: 'Backups', content: <SnapshotsTable filter={{ CacheClusterId: id }} /> }]),
          { id: 'events', label: 'Events', content: <CacheEvents ids={[id]} /> },
          { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'elasticache', resource: cluster.ARN ?? '' }} /> },
        ]} />
      )}
    </ResourcePage>
  );
}
