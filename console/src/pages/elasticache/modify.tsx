// Modify a cache: what was changed, and nothing else, is sent.
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useParams } from 'react-router-dom';

import { LoadedPart, useQuery, type Loaded } from '@/kit';
import { CheckField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { FormPage } from '../resources/form-page';
import { compact } from '../resources/steps';
import { useAll } from '../resources/use-all';
import { groupChoices, useGroups } from '../vpc/lookups';
import { clusterPath, clusterSource, groupPath, useEngineVersions, useParameterGroups, useSubnetGroups } from './lookups';
import type { CacheCluster, ReplicationGroup } from './types';

interface Values {
  description: string;
  nodeType: string;
  nodes: string;
  version: string;
  parameterGroup: string;
  groups: string[];
  hasFailover: boolean;
  isMultiAz: boolean;
  retentionDays: string;
  backupWindow: string;
  maintenanceWindow: string;
  updatesMinor: boolean;
}

const changed = <T,>(now: T, before: T): T | undefined => (now === before ? undefined : now);

function valuesOf(cluster: CacheCluster | undefined, group?: ReplicationGroup): Values {
  return {
    description: group?.Description ?? '', nodeType: group?.CacheNodeType ?? cluster?.CacheNodeType ?? '', nodes: String(cluster?.NumCacheNodes ?? 1),
    version: cluster?.EngineVersion ?? '', parameterGroup: cluster?.CacheParameterGroup?.CacheParameterGroupName ?? '',
    groups: cluster?.SecurityGroups?.map((one) => one.SecurityGroupId ?? '') ?? [], hasFailover: group?.AutomaticFailover === 'enabled', isMultiAz: group?.MultiAZ === 'enabled',
    retentionDays: String(group?.SnapshotRetentionLimit ?? cluster?.SnapshotRetentionLimit ?? 0), backupWindow: group?.SnapshotWindow ?? cluster?.SnapshotWindow ?? '',
    maintenanceWindow: cluster?.PreferredMaintenanceWindow ?? '', updatesMinor: group?.AutoMinorVersionUpgrade ?? cluster?.AutoMinorVersionUpgrade ?? false,
  };
}

function changesOf(now: Values, before: Values, isGroup: boolean, cluster?: CacheCluster) {
  const ids = (cluster?.CacheNodes ?? []).map((node) => node.CacheNodeId ?? '');
  const fewer = Number(now.nodes) < Number(before.nodes);
  const own = isGroup ? {
    ReplicationGroupDescription: changed(now.description, before.description), AutomaticFailoverEnabled: changed(now.hasFailover, before.hasFailover),
    MultiAZEnabled: changed(now.isMultiAz, before.isMultiAz),
  } : { NumCacheNodes: now.nodes === before.nodes ? undefined : Number(now.nodes), CacheNodeIdsToRemove: fewer ? ids.slice(Number(now.nodes)) : [] };
  return compact({
    CacheNodeType: changed(now.nodeType, before.nodeType), EngineVersion: changed(now.version, before.version),
    CacheParameterGroupName: changed(now.parameterGroup, before.parameterGroup),
    SecurityGroupIds: [...now.groups].sort().join() === [...before.groups].sort().join() ? undefined : now.groups,
    SnapshotRetentionLimit: now.retentionDays === before.retentionDays ? undefined : Number(now.retentionDays), SnapshotWindow: changed(now.backupWindow, before.backupWindow),
    PreferredMaintenanceWindow: changed(now.maintenanceWindow, before.maintenanceWindow), AutoMinorVersionUpgrade: changed(now.updatesMinor, before.updatesMinor), ...own,
  });
}

interface ModifyProps {
  id: string;
  cluster?: CacheCluster;
  group?: ReplicationGroup;
}

function Modify({ id, cluster, group }: ModifyProps) {
  const isGroup = group !== undefined;
  const engine = group?.Engine ?? cluster?.Engine;
  const isMemcached = engine === 'memcached';
  const [before] = useState(() => valuesOf(cluster, group));
  const [values, setValues] = useState(before);
  const set = (change: Partial<Values>) => setValues((old) => ({ ...old, ...change }));
  const versions = useEngineVersions();
  const parameterGroups = useParameterGroups();
  const groups = useGroups();
  const subnetGroups = useSubnetGroups();
  const own = (versions.data ?? []).filter((one) => one.Engine === engine);
  const family = own.find((one) => values.version.startsWith(one.EngineVersion ?? '-'))?.CacheParameterGroupFamily ?? own.at(-1)?.CacheParameterGroupFamily;
  const vpc = subnetGroups.data?.find((one) => one.CacheSubnetGroupName === cluster?.CacheSubnetGroupName)?.VpcId;
  const target = isGroup ? { ReplicationGroupId: id } : { CacheClusterId: id };
  const allowed = useQuery<{ ScaleUpModifications?: string[]; ScaleDownModifications?: string[] }>('elasticache', 'ListAllowedNodeTypeModifications', target);
  const changes = changesOf(values, before, isGroup, cluster);
  const types = [before.nodeType, ...(allowed.data?.ScaleUpModifications ?? []), ...(allowed.data?.ScaleDownModifications ?? [])];
  const path = isGroup ? groupPath(id) : clusterPath(id);
  return (
    <FormPage title={`Modify ${id}`} submit="Modify" cancel={path} isLoading={Object.keys(changes).length === 0} success={() => `${id} is being modified.`} next={() => path}
      steps={[{ service: 'elasticache', operation: isGroup ? 'ModifyReplicationGroup' : 'ModifyCacheCluster', input: { ...target, ...changes, ApplyImmediately: true } }]}>
      <Container header={<Header variant="h2">Cache settings</Header>}>
        <SpaceBetween size="l">
          {isGroup && <TextField label="Description" value={values.description} onChange={(description) => set({ description })} />}
          <SelectField label="Engine version" value={values.version} isLoading={versions.loading} onChange={(version) => set({ version })}
            options={own.map((one) => ({ value: one.EngineVersion ?? '', label: one.EngineVersion, description: one.CacheEngineVersionDescription }))} />
          {!isMemcached && (
            <SelectField label="Node type" value={values.nodeType} isLoading={allowed.loading} onChange={(nodeType) => set({ nodeType })}
              options={[...new Set(types)].filter(Boolean).map((value) => ({ value, label: value }))} />
          )}
          {isMemcached && <TextField label="Number of nodes" value={values.nodes} inputMode="numeric" onChange={(nodes) => set({ nodes })} hint="With fewer, the newest nodes go, with what they hold." />}
          {isGroup && (
            <>
              <CheckField label="Auto-failover" checked={values.hasFailover} onChange={(hasFailover) => set({ hasFailover })} />
              <CheckField label="Multi-AZ" checked={values.isMultiAz} onChange={(isMultiAz) => set({ isMultiAz })} />
            </>
          )}
          <MultiselectField label="Security groups" values={values.groups} options={groupChoices(groups.data, vpc)} isLoading={groups.loading} onChange={(next) => set({ groups: next })} />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Advanced settings</Header>}>
        <SpaceBetween size="l">
          <SelectField label="Parameter group" value={values.parameterGroup} isLoading={parameterGroups.loading} onChange={(parameterGroup) => set({ parameterGroup })}
            options={(parameterGroups.data ?? []).filter((one) => one.CacheParameterGroupFamily === family)
              .map((one) => ({ value: one.CacheParameterGroupName, label: one.CacheParameterGroupName, description: one.Description }))} />
          {!isMemcached && (
            <>
              <TextField label="Backup retention period (days)" value={values.retentionDays} inputMode="numeric" onChange={(retentionDays) => set({ retentionDays })} hint="0: no automatic backups." />
              <TextField label="Backup window (UTC)" value={values.backupWindow} onChange={(backupWindow) => set({ backupWindow })} placeholder="03:00-04:00" />
            </>
          )}
          <TextField label="Maintenance window (UTC)" value={values.maintenanceWindow} onChange={(maintenanceWindow) => set({ maintenanceWindow })} placeholder="sun:05:00-sun:06:00" />
          <CheckField label="Auto upgrade minor versions" checked={values.updatesMinor} onChange={(updatesMinor) => set({ updatesMinor })} />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}

export function ModifyCluster() {
  const { id = '' } = useParams();
  const asked = useQuery<{ CacheClusters?: CacheCluster[] }>('elasticache', 'DescribeCacheClusters', { CacheClusterId: id, ShowCacheNodeInfo: true }, { changesOf: [] });
  return <LoadedPart from={asked}>{(out) => <Modify key={id} id={id} cluster={out.CacheClusters?.[0]} />}</LoadedPart>;
}

export function ModifyGroup() {
  const { id = '' } = useParams();
  const asked = useQuery<{ ReplicationGroups?: ReplicationGroup[] }>('elasticache', 'DescribeReplicationGroups', { ReplicationGroupId: id }, { changesOf: [] });
  const members: Loaded<CacheCluster[]> = useAll(clusterSource);
  return (
    <LoadedPart from={asked}>
      {(out) => <LoadedPart from={members}>
        {(all) => <Modify key={id} id={id} group={out.ReplicationGroups?.[0]} cluster={all.find((one) => one.ReplicationGroupId === id)} />}
      </LoadedPart>}
    </LoadedPart>
  );
}
