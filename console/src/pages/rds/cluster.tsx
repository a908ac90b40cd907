// The page of a DB cluster.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, isInTransition, KeyValue, Status, Time, useQuery, useRegion } from '@/kit';
import { ActionDialog } from '../resources/actions';
import { MultiselectField, SelectField, TextField } from '../resources/fields';
import { enabledText, orDash, yesNo } from '../resources/format';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { NotConnectable, Snippets } from '../resources/snippets';
import { compact } from '../resources/steps';
import { AskedTagsPanel } from '../resources/tags-panel';
import { useAll } from '../resources/use-all';
import { IdLinks } from '../vpc/columns';
import { CredentialDetails } from './credentials';
import { DatabaseActions } from './database-actions';
import { engineKind, engineLabel } from './engines';
import { DatabaseEvents } from './events';
import { instancePath, instanceSource, nameOfDatabase, parameterGroupPath, subnetGroupPath, databasesOf, type Database } from './lookups';
import { PendingMaintenance } from './maintenance';
import { clusterFigures, Monitoring } from './monitoring';
import { PendingValues } from './pending-values';
import { SnapshotsTable } from './snapshots';
import { snippetsOf } from './snippets';
import type { Cluster, Instance } from './types';

interface EndpointRow {
  DBClusterEndpointIdentifier?: string;
  Endpoint?: string;
  EndpointType?: string;
  CustomEndpointType?: string;
  Status?: string;
  StaticMembers?: string[];
}

function Endpoints({ cluster, members }: { cluster: Cluster; members: string[] }) {
  const [dialog, setDialog] = useState<'create' | EndpointRow>();
  const all = useAll<EndpointRow>({
    service: 'rds', operation: 'DescribeDBClusterEndpoints', input: { DBClusterIdentifier: cluster.DBClusterIdentifier }, items: (out) => out.DBClusterEndpoints,
  }, (rows) => rows.some((row) => isInTransition(row.Status)));
  const rows = all.data ?? [];
  const close = () => setDialog(undefined);
  return (
    <>
      <Table items={rows} trackBy={(row) => row.Endpoint ?? ''} loading={all.loading} loadingText="Loading endpoints" ariaLabels={{ tableLabel: 'Endpoints' }}
        header={<Header counter={all.data && `(${rows.length})`} actions={<Button onClick={() => setDialog('create')}>Create custom endpoint</Button>}>Endpoints</Header>}
        columnDefinitions={[
          { id: 'endpoint', header: 'Endpoint', cell: (row) => <Copyable text={row.Endpoint} label="Copy the endpoint" />, isRowHeader: true },
          { id: 'status', header: 'Status', cell: (row) => <Status status={row.Status} /> },
          { id: 'type', header: 'Type', cell: (row) => (row.EndpointType === 'CUSTOM' ? `Custom (${row.CustomEndpointType?.toLowerCase()})` : row.EndpointType === 'WRITER' ? 'Writer' : 'Reader') },
          { id: 'port', header: 'Port', cell: () => cluster.Port },
          { id: 'members', header: 'Members', cell: (row) => row.StaticMembers?.join(', ') || '-' },
          { id: 'remove', header: 'Action', cell: (row) => row.EndpointType === 'CUSTOM' &&
            <Button variant="inline-link" ariaLabel={`Delete endpoint ${row.DBClusterEndpointIdentifier}`} onClick={() => setDialog(row)}>Delete</Button> },
        ]}
        empty={<Box textAlign="center">{all.error ? `${all.error.code}: ${all.error.message}` : 'There are no endpoints.'}</Box>} />
      {dialog === 'create' && <CreateEndpoint cluster={cluster.DBClusterIdentifier} members={members} onClose={close} />}
      {dialog !== undefined && dialog !== 'create' && (
        <ActionDialog title={`Delete endpoint ${dialog.DBClusterEndpointIdentifier}?`} submit="Delete" success="The endpoint is being deleted." onClose={close}
          steps={[{ service: 'rds', operation: 'DeleteDBClusterEndpoint', input: { DBClusterEndpointIdentifier: dialog.DBClusterEndpointIdentifier } }]} />
      )}
    </>
  );
}

function CreateEndpoint({ cluster, members, onClose }: { cluster: string; members: string[]; onClose: () => void }) {
  const [name, setName] = useState('');
  const [type, setType] = useState('READER');
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <ActionDialog title="Create custom endpoint" submit="Create endpoint" success={`Endpoint ${name} is being created.`} onClose={onClose} isValid={name !== ''}
      steps={[{ service: 'rds', operation: 'CreateDBClusterEndpoint', input: compact({
        DBClusterIdentifier: cluster, DBClusterEndpointIdentifier: name || 'ENDPOINT_NAME', EndpointType: type, StaticMembers: chosen,
      }) }]}>
      <TextField label="Endpoint identifier" value={name} onChange={(text) => setName(text.trim())} />
      <SelectField label="Type" value={type} onChange={setType} options={[{ value: 'READER', label: 'Reader' }, { value: 'ANY', label: 'Any' }]} />
      <MultiselectField label="Members" values={chosen} onChange={setChosen} options={members.map((value) => ({ value, label: value }))} placeholder="All that fit" />
    </ActionDialog>
  );
}

function Instances({ database }: { database: Database }) {
  return (
    <Table items={database.children} trackBy="id" ariaLabels={{ tableLabel: 'Instances' }}
      header={<Header counter={`(${database.children.length})`}>Instances</Header>}
      columnDefinitions={[
        { id: 'id', header: 'DB identifier', isRowHeader: true,
          cell: (child) => <AppLink to={instancePath(nameOfDatabase(child))}>{nameOfDatabase(child)}</AppLink> },
        { id: 'status', header: 'Status', cell: (child) => <Status status={child.instance?.DBInstanceStatus} /> },
        { id: 'role', header: 'Role', cell: (child) => (child.writer ? 'Writer instance' : 'Reader instance') },
        { id: 'class', header: 'Size', cell: (child) => child.instance?.DBInstanceClass ?? '-' },
        { id: 'zone', header: 'Availability Zone', cell: (child) => child.instance?.AvailabilityZone ?? '-' },
        { id: 'tier', header: 'Failover priority', cell: (child) => (child.instance?.PromotionTier === undefined ? '-' : `tier-${child.instance.PromotionTier}`) },
      ]}
      empty={<Box textAlign="center">The cluster has no instances: add a reader, and it becomes the writer.</Box>} />
  );
}

export const GroupsAndNetwork = ({ groups, subnetGroup, isPublic }: { groups?: { VpcSecurityGroupId?: string; Status?: string }[]; subnetGroup?: string; isPublic?: boolean }) => (
  <Panel title="Security and network">
    <KeyValue items={[
      { label: 'VPC security groups', value: <IdLinks ids={groups?.map((group) => group.VpcSecurityGroupId)} /> },
      { label: 'DB subnet group', value: subnetGroup && <AppLink to={subnetGroupPath(subnetGroup)}>{subnetGroup}</AppLink> },
      ...(isPublic === undefined ? [] : [{ label: 'Publicly accessible', value: yesNo(isPublic) }]),
    ]} />
  </Panel>
);

function Connectivity({ cluster, database }: { cluster: Cluster; database: Database }) {
  const region = useRegion();
  const kind = engineKind(cluster.Engine);
  const isOpen = cluster.Endpoint && cluster.Port && database.children.length > 0;
  return (
    <SpaceBetween size="l">
      <Endpoints cluster={cluster} members={database.children.map(nameOfDatabase)} />
      <GroupsAndNetwork groups={cluster.VpcSecurityGroups} subnetGroup={cluster.DBSubnetGroup} isPublic={database.children[0]?.instance?.PubliclyAccessible} />
      {isOpen ? (
        <Snippets note="Whom a rule of the security groups lets in can connect." snippets={snippetsOf({
          host: cluster.Endpoint!, port: cluster.Port!, user: cluster.MasterUsername ?? '', region, language: kind.language,
          database: cluster.DatabaseName ?? (kind.language === 'postgresql' ? 'postgres' : ''), iam: cluster.IAMDatabaseAuthenticationEnabled ?? false,
        })} />
      ) : <NotConnectable>The cluster has no instance that answers yet.</NotConnectable>}
    </SpaceBetween>
  );
}

function Configuration({ cluster }: { cluster: Cluster }) {
  return (
    <SpaceBetween size="l">
      <Panel title="Configuration">
        <KeyValue items={[
          { label: 'Resource ID', value: <Copyable text={cluster.DbClusterResourceId} /> },
          { label: 'Amazon Resource Name (ARN)', value: <Copyable text={cluster.DBClusterArn} /> },
          { label: 'Engine version', value: cluster.EngineVersion },
          { label: 'Initial database', value: orDash(cluster.DatabaseName) },
          { label: 'DB cluster parameter group', value: cluster.DBClusterParameterGroup &&
            <AppLink to={parameterGroupPath('cluster', cluster.DBClusterParameterGroup)}>{cluster.DBClusterParameterGroup}</AppLink> },
          { label: 'Deletion protection', value: enabledText(cluster.DeletionProtection) },
          { label: 'IAM DB authentication', value: enabledText(cluster.IAMDatabaseAuthenticationEnabled) },
          { label: 'RDS Data API', value: enabledText(cluster.HttpEndpointEnabled) },
          { label: 'Encryption', value: cluster.StorageEncrypted ? 'Enabled' : 'Not enabled' },
          { label: 'Master username', value: cluster.MasterUsername },
          { label: 'Master credentials', value: cluster.MasterUserSecret ? <Copyable text={cluster.MasterUserSecret.SecretArn} label="Copy the secret's ARN" /> : 'Self managed' },
          { label: 'Created', value: <Time at={cluster.ClusterCreateTime} /> },
          { label: 'Copy tags to snapshots', value: enabledText(cluster.CopyTagsToSnapshot) },
        ]} />
      </Panel>
      {(cluster.AssociatedRoles?.length ?? 0) > 0 && (
        <Panel title="IAM roles"><KeyValue columns={1} items={cluster.AssociatedRoles!.map((role) => (
          { label: role.FeatureName ?? 'Role', value: <>{role.RoleArn} <Status status={role.Status} /></> }))} /></Panel>
      )}
    </SpaceBetween>
  );
}

export function ClusterDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const asked = useQuery<{ DBClusters?: Cluster[] }>('rds', 'DescribeDBClusters', { DBClusterIdentifier: id },
    { poll: (out) => isInTransition(out.DBClusters?.[0]?.Status) });
  const members = useAll<Instance>({ ...instanceSource, input: { Filters: [{ Name: 'db-cluster-id', Values: [id] }] } },
    (all) => all.some((one) => isInTransition(one.DBInstanceStatus)));
  const databaseOf = (cluster: Cluster) => databasesOf([cluster], members.data ?? [])[0]!;
  return (
    <ResourcePage title={id} from={asked} pick={(out) => out.DBClusters?.[0]} missing="There is no such DB cluster in this Region." summaryTitle="Summary"
      actions={(cluster) => (
        <>
          <Button onClick={() => navigate(`/rds/databases/clusters/${encodeURIComponent(id)}/modify`)} disabled={cluster.Status !== 'available'}>Modify</Button>
          <DatabaseActions database={databaseOf(cluster)} />
        </>
      )}
      summary={(cluster) => [
        { label: 'DB cluster ID', value: cluster.DBClusterIdentifier },
        { label: 'Status', value: <Status status={cluster.Status} /> },
        { label: 'Engine', value: engineLabel(cluster.Engine) },
        { label: 'Instances', value: cluster.DBClusterMembers?.length ?? 0 },
      ]}>
      {(cluster) => (
        <SpaceBetween size="l">
          <CredentialDetails identifier={id} />
          <PendingValues values={cluster.PendingModifiedValues} />
          <PageTabs tabs={[
            { id: 'connectivity', label: 'Connectivity & security', content: <Connectivity cluster={cluster} database={databaseOf(cluster)} /> },
            { id: 'instances', label: 'Instances', content: <Instances database={databaseOf(cluster)} /> },
            { id: 'monitoring', label: 'Monitoring', content: <Monitoring figures={clusterFigures} dimension="DBClusterIdentifier" value={id} /> },
            { id: 'events', label: 'Logs & events', content: <DatabaseEvents type="db-cluster" id={id} /> },
            { id: 'configuration', label: 'Configuration', content: <Configuration cluster={cluster} /> },
            { id: 'backups', label: 'Maintenance & backups', content: <Backups cluster={cluster} /> },
            { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'rds', resource: cluster.DBClusterArn ?? '' }} /> },
          ]} />
        </SpaceBetween>
      )}
    </ResourcePage>
  );
}

function Backups({ cluster }: { cluster: Cluster }) {
  const navigate = useNavigate();
  return (
    <SpaceBetween size="l">
      <Panel title="Maintenance">
        <KeyValue items={[
          { label: 'Auto minor version upgrade', value: enabledText(cluster.AutoMinorVersionUpgrade) },
          { label: 'Maintenance window', value: cluster.PreferredMaintenanceWindow && `${cluster.PreferredMaintenanceWindow} UTC` },
        ]} />
      </Panel>
      <PendingMaintenance arn={cluster.DBClusterArn ?? ''} />
      <Panel title="Backup" actions={<Button disabled={cluster.LatestRestorableTime === undefined}
        onClick={() => navigate(`/rds/databases/clusters/${encodeURIComponent(cluster.DBClusterIdentifier)}/restore`)}>Restore to point in time</Button>}>
        <KeyValue items={[
          { label: 'Backup retention period', value: `${cluster.BackupRetentionPeriod ?? 0} days` },
          { label: 'Backup window', value: cluster.PreferredBackupWindow && `${cluster.PreferredBackupWindow} UTC` },
          { label: 'Earliest restorable time', value: <Time at={cluster.EarliestRestorableTime} /> },
          { label: 'Latest restore time', value: <Time at={cluster.LatestRestorableTime} /> },
        ]} />
      </Panel>
      <SnapshotsTable cluster={cluster.DBClusterIdentifier} />
    </SpaceBetween>
  );
}
