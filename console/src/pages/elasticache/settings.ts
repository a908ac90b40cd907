// The settings of Create cache, what is wrong with them, and the call that they are. Pure.
import type { Tag } from '@/kit';
import { compact, type Step } from '../resources/steps';
import type { Problems } from '../resources/use-form';
import { engineKinds } from './lookups';

export type Access = 'none' | 'token' | 'users';

export interface Settings {
  engine: string;
  version: string;
  shape: 'group' | 'single';  // with replicas, or one node alone
  name: string;
  description: string;
  nodeType: string;
  nodes: string;
  replicas: string;
  hasFailover: boolean;
  isMultiAz: boolean;
  port: string;
  parameterGroup: string;
  subnetGroup: string;
  groups: string[];
  isTls: boolean;
  access: Access;
  token: string;
  userGroup: string;
  snapshot: string;
  retentionDays: string;
  backupWindow: string;
  maintenanceWindow: string;
  updatesMinor: boolean;
  tags: Tag[];
}

export const initialSettings = (): Settings => ({
  engine: 'redis', version: '', shape: 'group', name: '', description: '', nodeType: 'cache.t3.micro', nodes: '1', replicas: '1', hasFailover: true,
  isMultiAz: false, port: '6379', parameterGroup: '', subnetGroup: '', groups: [], isTls: false, access: 'none', token: '', userGroup: '', snapshot: '',
  retentionDays: '0', backupWindow: '', maintenanceWindow: '', updatesMinor: true, tags: [],
});

export const isMemcached = (settings: Settings) => settings.engine === 'memcached';
export const isGroup = (settings: Settings) => !isMemcached(settings) && settings.shape === 'group';

export function withEngine(engine: string): Partial<Settings> {
  const kind = engineKinds.find((one) => one.engine === engine);
  return { engine, version: '', parameterGroup: '', port: String(kind?.port ?? 6379), snapshot: '' };
}

const name_characters_max = { group: 40, cluster: 50 };

export function checkSettings(s: Settings): Problems<Settings> {
  const out: Problems<Settings> = {};
  const most = isGroup(s) ? name_characters_max.group : name_characters_max.cluster;
  if (!/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(s.name) || s.name.length > most) {
    out.name = `Begin with a letter; then letters, digits and single hyphens, ${most} characters at most.`;
  }
  if (!/^\d+$/.test(s.port) || Number(s.port) > 65535) out.port = 'Enter a port.';
  if (isMemcached(s) && !/^[1-9]\d*$/.test(s.nodes)) out.nodes = 'At least one node.';
  if (isGroup(s) && s.access === 'token' && !/^[\x21-\x7e]{16,128}$/.test(s.token)) out.token = 'From 16 to 128 printable characters.';
  if (isGroup(s) && s.access === 'users' && !s.userGroup) out.userGroup = 'Choose a user group.';
  return out;
}

function common(s: Settings) {
  return {
    Engine: s.engine, EngineVersion: s.version, CacheNodeType: s.nodeType, Port: Number(s.port), CacheParameterGroupName: s.parameterGroup,
    CacheSubnetGroupName: s.subnetGroup, SecurityGroupIds: s.groups, PreferredMaintenanceWindow: s.maintenanceWindow,
    AutoMinorVersionUpgrade: s.updatesMinor, Tags: s.tags.filter((tag) => tag.Key),
  };
}

function backups(s: Settings) {
  const days = Number(s.retentionDays);
  return { SnapshotName: s.snapshot, SnapshotRetentionLimit: days > 0 ? days : undefined, SnapshotWindow: days > 0 ? s.backupWindow : undefined };
}

export function createStep(s: Settings): Step {
  const name = s.name || 'CACHE_NAME';
  if (isGroup(s)) {
    const access = s.access === 'token' ? { AuthToken: s.token } : s.access === 'users' ? { UserGroupIds: [s.userGroup] } : {};
    return { service: 'elasticache', operation: 'CreateReplicationGroup', input: compact({
      ReplicationGroupId: name, ReplicationGroupDescription: s.description || name, NumCacheClusters: Number(s.replicas) + 1,
      AutomaticFailoverEnabled: Number(s.replicas) > 0 ? s.hasFailover : undefined,
      MultiAZEnabled: Number(s.replicas) > 0 && s.hasFailover && s.isMultiAz ? true : undefined,
      TransitEncryptionEnabled: s.isTls || undefined, ...(s.isTls ? access : {}), ...common(s), ...backups(s),
    }) };
  }
  return { service: 'elasticache', operation: 'CreateCacheCluster', input: compact({
    CacheClusterId: name, NumCacheNodes: isMemcached(s) ? Number(s.nodes) : 1, AZMode: isMemcached(s) && Number(s.nodes) > 1 && s.isMultiAz ? 'cross-az' : undefined,
    ...common(s), ...(isMemcached(s) ? {} : backups(s)),
  }) };
}
