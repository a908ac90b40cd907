// The page of a DB instance, in a cluster or alone.
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, isInTransition, KeyValue, Status, Time, useQuery, useRegion } from '@/kit';
import { enabledText, orDash } from '../resources/format';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { NotConnectable, Snippets } from '../resources/snippets';
import { AskedTagsPanel } from '../resources/tags-panel';
import { GroupsAndNetwork } from './cluster';
import { CredentialDetails } from './credentials';
import { DatabaseActions } from './database-actions';
import { engineKind, engineLabel } from './engines';
import { DatabaseEvents } from './events';
import { clusterPath, instancePath, parameterGroupPath, type Database } from './lookups';
import { PendingMaintenance } from './maintenance';
import { instanceFigures, Monitoring } from './monitoring';
import { PendingValues } from './pending-values';
import { snippetsOf } from './snippets';
import type { Cluster, Instance } from './types';

function Connectivity({ instance, cluster }: { instance: Instance; cluster?: Cluster }) {
  const region = useRegion();
  const kind = engineKind(instance.Engine);
  const { Address: host, Port: port } = instance.Endpoint ?? {};
  return (
    <SpaceBetween size="l">
      <Panel title="Endpoint & port">
        <KeyValue items={[
          { label: 'Endpoint', value: <Copyable text={host} label="Copy the endpoint" /> },
          { label: 'Port', value: port },
          { label: 'Availability Zone', value: instance.AvailabilityZone },
        ]} />
      </Panel>
      <GroupsAndNetwork groups={instance.VpcSecurityGroups} subnetGroup={instance.DBSubnetGroup?.DBSubnetGroupName} isPublic={instance.PubliclyAccessible} />
      <Panel title="Certificate authority">
        <KeyValue items={[
          { label: 'Certificate authority', value: instance.CACertificateIdentifier },
          { label: 'DB instance certificate expiration', value: <Time at={instance.CertificateDetails?.ValidTill} /> },
        ]} />
      </Panel>
      {host && port ? (
        <Snippets note="Whom a rule of the security groups lets in can connect." snippets={snippetsOf({
          host, port, region, user: instance.MasterUsername ?? '', language: kind.language, iam: instance.IAMDatabaseAuthenticationEnabled ?? false,
          database: cluster?.DatabaseName ?? instance.DBName ?? (kind.language === 'postgresql' ? 'postgres' : ''),
        })} />
      ) : <NotConnectable>The instance does not answer yet.</NotConnectable>}
    </SpaceBetween>
  );
}

function Configuration({ instance }: { instance: Instance }) {
  const parameterGroup = instance.DBParameterGroups?.[0];
  return (
    <Panel title="Configuration">
      <KeyValue items={[
        { label: 'Resource ID', value: <Copyable text={instance.DbiResourceId} /> },
        { label: 'Amazon Resource Name (ARN)', value: <Copyable text={instance.DBInstanceArn} /> },
        { label: 'Engine version', value: instance.EngineVersion },
        { label: 'DB name', value: orDash(instance.DBName) },
        { label: 'Master username', value: instance.MasterUsername },
        { label: 'DB parameter group', value: parameterGroup && (
          <SpaceBetween size="xxs" direction="horizontal">
            <AppLink to={parameterGroupPath('instance', parameterGroup.DBParameterGroupName ?? '')}>{parameterGroup.DBParameterGroupName}</AppLink>
            <Status status={parameterGroup.ParameterApplyStatus} type={parameterGroup.ParameterApplyStatus === 'in-sync' ? 'success' : 'pending'} />
          </SpaceBetween>
        ) },
        { label: 'Option group', value: instance.OptionGroupMemberships?.map((one) => one.OptionGroupName).join(', ') },
        { label: 'Instance class', value: instance.DBInstanceClass },
        { label: 'Storage', value: instance.DBClusterIdentifier ? 'Of the cluster' : `${instance.AllocatedStorage} GiB (${instance.StorageType})` },
        { label: 'Encryption', value: instance.StorageEncrypted ? 'Enabled' : 'Not enabled' },
        { label: 'IAM DB authentication', value: enabledText(instance.IAMDatabaseAuthenticationEnabled) },
        { label: 'Deletion protection', value: enabledText(instance.DeletionProtection) },
        { label: 'Failover priority', value: instance.PromotionTier === undefined ? undefined : `tier-${instance.PromotionTier}` },
        { label: 'Created', value: <Time at={instance.InstanceCreateTime} /> },
      ]} />
    </Panel>
  );
}

function Maintenance({ instance }: { instance: Instance }) {
  return (
    <SpaceBetween size="l">
      <Panel title="Maintenance">
        <KeyValue items={[
          { label: 'Auto minor version upgrade', value: enabledText(instance.AutoMinorVersionUpgrade) },
          { label: 'Maintenance window', value: instance.PreferredMaintenanceWindow && `${instance.PreferredMaintenanceWindow} UTC` },
        ]} />
      </Panel>
      <PendingMaintenance arn={instance.DBInstanceArn ?? ''} />
      <Panel title="Backup">
        {instance.DBClusterIdentifier
          ? <>Backups are of the cluster: <AppLink to={`${clusterPath(instance.DBClusterIdentifier)}?tab=backups`}>{instance.DBClusterIdentifier}</AppLink></>
          : (
            <KeyValue items={[
              { label: 'Backup retention period', value: `${instance.BackupRetentionPeriod ?? 0} days` },
              { label: 'Backup window', value: instance.PreferredBackupWindow && `${instance.PreferredBackupWindow} UTC` },
              { label: 'Latest restore time', value: <Time at={instance.LatestRestorableTime} /> },
            ]} />
          )}
      </Panel>
    </SpaceBetween>
  );
}

export function InstanceDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const asked = useQuery<{ DBInstances?: Instance[] }>('rds', 'DescribeDBInstances', { DBInstanceIdentifier: id },
    { poll: (out) => isInTransition(out.DBInstances?.[0]?.DBInstanceStatus) });
  const ofCluster = asked.data?.DBInstances?.[0]?.DBClusterIdentifier;
  const clusters = useQuery<{ DBClusters?: Cluster[] }>('rds', 'DescribeDBClusters', { DBClusterIdentifier: ofCluster }, { enabled: ofCluster !== undefined });
  const cluster = clusters.data?.DBClusters?.[0];
  const isWriter = cluster?.DBClusterMembers?.find((member) => member.DBInstanceIdentifier === id)?.IsClusterWriter;
  const databaseOf = (instance: Instance): Database => ({ id, instance, cluster: ofCluster ? cluster ?? { DBClusterIdentifier: ofCluster } : undefined, children: [] });
  return (
    <ResourcePage title={id} from={asked} pick={(out) => out.DBInstances?.[0]} missing="There is no such DB instance in this Region." summaryTitle="Summary"
      actions={(instance) => (
        <>
          <Button onClick={() => navigate(`${instancePath(id)}/modify`)} disabled={instance.DBInstanceStatus !== 'available'}>Modify</Button>
          <DatabaseActions database={databaseOf(instance)} />
        </>
      )}
      summary={(instance) => [
        { label: 'DB identifier', value: instance.DBInstanceIdentifier },
        { label: 'Status', value: <Status status={instance.DBInstanceStatus} /> },
        { label: 'Engine', value: engineLabel(instance.Engine) },
        { label: 'Class', value: instance.DBInstanceClass },
        { label: 'Role', value: ofCluster ? (isWriter === undefined ? '-' : isWriter ? 'Writer instance' : 'Reader instance') : 'Instance' },
        { label: 'Cluster', value: ofCluster && <AppLink to={clusterPath(ofCluster)}>{ofCluster}</AppLink> },
        { label: 'Region & AZ', value: instance.AvailabilityZone },
      ]}>
      {(instance) => (
        <SpaceBetween size="l">
          <CredentialDetails identifier={id} />
          <PendingValues values={instance.PendingModifiedValues} />
          <PageTabs tabs={[
            { id: 'connectivity', label: 'Connectivity & security', content: <Connectivity instance={instance} cluster={cluster} /> },
            { id: 'monitoring', label: 'Monitoring', content: <Monitoring figures={instanceFigures} dimension="DBInstanceIdentifier" value={id} /> },
            { id: 'events', label: 'Logs & events', content: <DatabaseEvents type="db-instance" id={id} /> },
            { id: 'configuration', label: 'Configuration', content: <Configuration instance={instance} /> },
            { id: 'maintenance', label: 'Maintenance & backups', content: <Maintenance instance={instance} /> },
            { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'rds', resource: instance.DBInstanceArn ?? '' }} /> },
          ]} />
        </SpaceBetween>
      )}
    </ResourcePage>
  );
}
