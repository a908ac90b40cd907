// Modify a cluster or an instance: what was changed, and nothing else, is sent.
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router-dom';

import { LoadedPart, useQuery } from '@/kit';
import { CheckField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { FormPage } from '../resources/form-page';
import { compact } from '../resources/steps';
import { useAll } from '../resources/use-all';
import { groupChoices, useGroups } from '../vpc/lookups';
import { engineKind } from './engines';
import {
  classChoices, clusterParameterGroups, clusterPath, groupChoicesOf, instanceParameterGroups, instancePath, useEngineVersions, useOrderable, useSubnetGroups,
  versionChoices,
} from './lookups';
import type { Cluster, Instance } from './types';

interface Values {
  identifier: string;
  version: string;
  password: string;
  credentials: 'own' | 'managed';
  instanceClass: string;
  storage: string;
  groups: string[];
  isPublic: boolean;
  port: string;
  parameterGroup: string;
  retentionDays: string;
  backupWindow: string;
  maintenanceWindow: string;
  hasIamLogin: boolean;
  updatesMinor: boolean;
  copiesTags: boolean;
  isProtected: boolean;
  tier: string;
  isNow: boolean;
}

const sorted = (list: string[]) => [...list].sort().join(' ');
const changed = <T,>(now: T, before: T): T | undefined => (now === before ? undefined : now);
const changedNumber = (now: string, before: string) => (now === before || now === '' ? undefined : Number(now));

function clusterInput(id: string, now: Values, before: Values) {
  return compact({
    DBClusterIdentifier: id, NewDBClusterIdentifier: changed(now.identifier, before.identifier), EngineVersion: changed(now.version, before.version),
    MasterUserPassword: now.credentials === 'own' ? now.password : undefined,
    ManageMasterUserPassword: now.credentials === before.credentials ? undefined : now.credentials === 'managed',
    VpcSecurityGroupIds: sorted(now.groups) === sorted(before.groups) ? undefined : now.groups, Port: changedNumber(now.port, before.port),
    DBClusterParameterGroupName: changed(now.parameterGroup, before.parameterGroup), BackupRetentionPeriod: changedNumber(now.retentionDays, before.retentionDays),
    PreferredBackupWindow: changed(now.backupWindow, before.backupWindow), PreferredMaintenanceWindow: changed(now.maintenanceWindow, before.maintenanceWindow),
    EnableIAMDatabaseAuthentication: changed(now.hasIamLogin, before.hasIamLogin), AutoMinorVersionUpgrade: changed(now.updatesMinor, before.updatesMinor),
    CopyTagsToSnapshot: changed(now.copiesTags, before.copiesTags), DeletionProtection: changed(now.isProtected, before.isProtected),
    ApplyImmediately: now.isNow || undefined,
  });
}

function instanceInput(id: string, isMember: boolean, now: Values, before: Values) {
  const own = isMember ? { PromotionTier: changedNumber(now.tier, before.tier) } : {
    EngineVersion: changed(now.version, before.version), MasterUserPassword: now.password, AllocatedStorage: changedNumber(now.storage, before.storage),
    VpcSecurityGroupIds: sorted(now.groups) === sorted(before.groups) ? undefined : now.groups, DBPortNumber: changedNumber(now.port, before.port),
    BackupRetentionPeriod: changedNumber(now.retentionDays, before.retentionDays), PreferredBackupWindow: changed(now.backupWindow, before.backupWindow),
    EnableIAMDatabaseAuthentication: changed(now.hasIamLogin, before.hasIamLogin), CopyTagsToSnapshot: changed(now.copiesTags, before.copiesTags),
    DeletionProtection: changed(now.isProtected, before.isProtected),
  };
  return compact({
    DBInstanceIdentifier: id, NewDBInstanceIdentifier: changed(now.identifier, before.identifier), DBInstanceClass: changed(now.instanceClass, before.instanceClass),
    DBParameterGroupName: changed(now.parameterGroup, before.parameterGroup), PubliclyAccessible: changed(now.isPublic, before.isPublic),
    PreferredMaintenanceWindow: changed(now.maintenanceWindow, before.maintenanceWindow), AutoMinorVersionUpgrade: changed(now.updatesMinor, before.updatesMinor),
    ...own, ApplyImmediately: now.isNow || undefined,
  });
}

const nothing: Values = {
  identifier: '', version: '', password: '', credentials: 'own', instanceClass: '', storage: '', groups: [], isPublic: false, port: '', parameterGroup: '',
  retentionDays: '', backupWindow: '', maintenanceWindow: '', hasIamLogin: false, updatesMinor: false, copiesTags: false, isProtected: false, tier: '', isNow: true,
};

const common = (of: Cluster | Instance): Partial<Values> => ({
  version: of.EngineVersion ?? '', groups: of.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId ?? '') ?? [],
  retentionDays: String(of.BackupRetentionPeriod ?? ''), backupWindow: of.PreferredBackupWindow ?? '', maintenanceWindow: of.PreferredMaintenanceWindow ?? '',
  hasIamLogin: of.IAMDatabaseAuthenticationEnabled ?? false, updatesMinor: of.AutoMinorVersionUpgrade ?? false, copiesTags: of.CopyTagsToSnapshot ?? false,
  isProtected: of.DeletionProtection ?? false, credentials: of.MasterUserSecret ? 'managed' : 'own',
});

const valuesOfCluster = (cluster: Cluster): Values => ({
  ...nothing, ...common(cluster), identifier: cluster.DBClusterIdentifier, port: String(cluster.Port ?? ''), parameterGroup: cluster.DBClusterParameterGroup ?? '',
});

const valuesOfInstance = (instance: Instance): Values => ({
  ...nothing, ...common(instance), identifier: instance.DBInstanceIdentifier, port: String(instance.Endpoint?.Port ?? ''), instanceClass: instance.DBInstanceClass ?? '',
  storage: String(instance.AllocatedStorage ?? ''), isPublic: instance.PubliclyAccessible ?? false, tier: String(instance.PromotionTier ?? ''),
  parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName ?? '',
});

interface ModifyProps {
  title: string;
  engine: string;
  before: Values;
  kind: 'cluster' | 'member' | 'alone';
  vpc?: string;
  input: (now: Values) => Record<string, unknown>;
  operation: string;
  back: (identifier: string) => string;
}

function Modify({ title, engine, before, kind, vpc, input, operation, back }: ModifyProps) {
  const [values, setValues] = useState(before);
  const set = (change: Partial<Values>) => setValues((old) => ({ ...old, ...change }));
  const step = { service: 'rds', operation, input: input(values) };
  const isSame = Object.keys(step.input).filter((name) => name !== 'ApplyImmediately').length <= 1;
  return (
    <FormPage title={title} submit={kind === 'cluster' ? 'Modify cluster' : 'Modify DB instance'} cancel={back(before.identifier)} isLoading={isSame} steps={[step]}
      success={() => `${before.identifier} is being modified.`} next={() => back(values.isNow ? values.identifier.toLowerCase() : before.identifier)}>
      <General values={values} set={set} engine={engine} kind={kind} />
      <Network values={values} set={set} kind={kind} vpc={vpc} />
      <Options values={values} set={set} engine={engine} kind={kind} />
      <Container header={<Header variant="h2">Schedule of the modifications</Header>}>
        <FormField label="When to apply modifications">
          <RadioGroup value={values.isNow ? 'now' : 'window'} onChange={(e) => set({ isNow: e.detail.value === 'now' })} items={[
            { value: 'now', label: 'Apply immediately' },
            { value: 'window', label: 'Apply during the next scheduled maintenance window', description: before.maintenanceWindow && `${before.maintenanceWindow} UTC` },
          ]} />
        </FormField>
      </Container>
    </FormPage>
  );
}

interface PartProps {
  values: Values;
  set: (change: Partial<Values>) => void;
  kind: ModifyProps['kind'];
}

function General({ values, set, engine, kind }: PartProps & { engine: string }) {
  const versions = useEngineVersions(engine);
  const orderable = useOrderable(engine, kind === 'cluster' ? undefined : values.version);
  const isOwn = kind !== 'member' && values.credentials === 'own';
  return (
    <Container header={<Header variant="h2">Settings</Header>}>
      <SpaceBetween size="l">
        {kind !== 'member' && (
          <SelectField label="Engine version" value={values.version} options={versionChoices(versions.data)} isLoading={versions.loading} onChange={(version) => set({ version })} />
        )}
        <TextField label={kind === 'cluster' ? 'DB cluster identifier' : 'DB instance identifier'} value={values.identifier} onChange={(text) => set({ identifier: text.trim() })} />
        {kind === 'cluster' && (
          <CheckField label="Manage master credentials in AWS Secrets Manager" checked={values.credentials === 'managed'}
            onChange={(managed) => set({ credentials: managed ? 'managed' : 'own' })} />
        )}
        {isOwn && <TextField label="New master password" isOptional type="password" value={values.password} onChange={(password) => set({ password })} hint="Empty: it stays." />}
        {kind !== 'cluster' && (
          <SelectField label="DB instance class" value={values.instanceClass} options={classChoices(orderable.data)} isLoading={orderable.loading}
            onChange={(instanceClass) => set({ instanceClass })} />
        )}
        {kind === 'alone' && <TextField label="Allocated storage (GiB)" value={values.storage} inputMode="numeric" onChange={(storage) => set({ storage })} />}
        {kind === 'member' && <TextField label="Failover priority (tier)" value={values.tier} inputMode="numeric" onChange={(tier) => set({ tier })} hint="From 0 to 15; the lowest takes over first." />}
      </SpaceBetween>
    </Container>
  );
}

function Network({ values, set, kind, vpc }: PartProps & { vpc?: string }) {
  const groups = useGroups();
  return (
    <Container header={<Header variant="h2">Connectivity</Header>}>
      <SpaceBetween size="l">
        {kind !== 'member' && (
          <>
            <MultiselectField label="Security groups" values={values.groups} options={groupChoices(groups.data, vpc)} isLoading={groups.loading} onChange={(next) => set({ groups: next })} />
            <TextField label="Database port" value={values.port} inputMode="numeric" onChange={(port) => set({ port: port.trim() })} />
          </>
        )}
        {kind !== 'cluster' && <CheckField label="Publicly accessible" checked={values.isPublic} onChange={(isPublic) => set({ isPublic })} />}
        {kind !== 'member' && <CheckField label="IAM database authentication" checked={values.hasIamLogin} onChange={(hasIamLogin) => set({ hasIamLogin })} />}
      </SpaceBetween>
    </Container>
  );
}

function Options({ values, set, engine, kind }: PartProps & { engine: string }) {
  const parameterGroups = useAll(kind === 'cluster' ? clusterParameterGroups : instanceParameterGroups);
  const versions = useEngineVersions(engine);
  const family = versions.data?.find((one) => one.EngineVersion === values.version)?.DBParameterGroupFamily;
  return (
    <Container header={<Header variant="h2">Additional configuration</Header>}>
      <SpaceBetween size="l">
        <SelectField label={kind === 'cluster' ? 'DB cluster parameter group' : 'DB parameter group'} value={values.parameterGroup} isLoading={parameterGroups.loading}
          options={groupChoicesOf(parameterGroups.data, family)} onChange={(parameterGroup) => set({ parameterGroup })} />
        {kind !== 'member' && (
          <>
            <TextField label="Backup retention period (days)" value={values.retentionDays} inputMode="numeric" onChange={(retentionDays) => set({ retentionDays })} />
            <TextField label="Backup window (UTC)" value={values.backupWindow} onChange={(backupWindow) => set({ backupWindow })} placeholder="03:00-04:00" />
            <CheckField label="Copy tags to snapshots" checked={values.copiesTags} onChange={(copiesTags) => set({ copiesTags })} />
            <CheckField label="Enable deletion protection" checked={values.isProtected} onChange={(isProtected) => set({ isProtected })} />
          </>
        )}
        <TextField label="Maintenance window (UTC)" value={values.maintenanceWindow} onChange={(maintenanceWindow) => set({ maintenanceWindow })} placeholder="sun:05:00-sun:06:00" />
        <CheckField label="Auto minor version upgrade" checked={values.updatesMinor} onChange={(updatesMinor) => set({ updatesMinor })} />
      </SpaceBetween>
    </Container>
  );
}

export function ModifyCluster() {
  const { id = '' } = useParams();
  const asked = useQuery<{ DBClusters?: Cluster[] }>('rds', 'DescribeDBClusters', { DBClusterIdentifier: id }, { changesOf: [] });
  const subnetGroups = useSubnetGroups();
  return (
    <LoadedPart from={asked}>
      {(out) => {
        const cluster = out.DBClusters?.[0];
        if (!cluster) return null;
        const before = valuesOfCluster(cluster);
        return (
          <Modify key={id} title={`Modify DB cluster: ${id}`} engine={cluster.Engine ?? ''} before={before} kind="cluster" operation="ModifyDBCluster"
            vpc={subnetGroups.data?.find((group) => group.DBSubnetGroupName === cluster.DBSubnetGroup)?.VpcId} back={clusterPath}
            input={(now) => clusterInput(id, now, before)} />
        );
      }}
    </LoadedPart>
  );
}

export function ModifyInstance() {
  const { id = '' } = useParams();
  const asked = useQuery<{ DBInstances?: Instance[] }>('rds', 'DescribeDBInstances', { DBInstanceIdentifier: id }, { changesOf: [] });
  return (
    <LoadedPart from={asked}>
      {(out) => {
        const instance = out.DBInstances?.[0];
        if (!instance) return null;
        const before = valuesOfInstance(instance);
        const isMember = instance.DBClusterIdentifier !== undefined;
        return (
          <Modify key={id} title={`Modify DB instance: ${id}`} engine={engineKind(instance.Engine).engine} before={before} kind={isMember ? 'member' : 'alone'}
            operation="ModifyDBInstance" vpc={instance.DBSubnetGroup?.VpcId} back={instancePath} input={(now) => instanceInput(id, isMember, now, before)} />
        );
      }}
    </LoadedPart>
  );
}
