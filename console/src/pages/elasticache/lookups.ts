// What the ElastiCache pages ask for more than once. Pure but for the hooks.
import { isInTransition, loadAll, useLoad, useRegion, type Loaded, type Source } from '@/kit';
import type { Choice } from '../resources/fields';
import { useAll } from '../resources/use-all';
import type { CacheCluster, Endpoint, EngineVersion, ParameterGroup, ReplicationGroup, SubnetGroup } from './types';

// A cache of the list: a replication group with its clusters, or a cluster of its own.
export interface Cache {
  id: string;
  group?: ReplicationGroup;
  cluster?: CacheCluster;
  members: CacheCluster[];
}

export const clusterSource: Source<CacheCluster> = {
  service: 'elasticache', operation: 'DescribeCacheClusters', input: { ShowCacheNodeInfo: true }, items: (out) => out.CacheClusters,
};
export const groupSource: Source<ReplicationGroup> = { service: 'elasticache', operation: 'DescribeReplicationGroups', items: (out) => out.ReplicationGroups };

export function cachesOf(groups: ReplicationGroup[], clusters: CacheCluster[]): Cache[] {
  const ofGroups = groups.map((group): Cache => ({
    id: group.ReplicationGroupId, group, members: clusters.filter((cluster) => cluster.ReplicationGroupId === group.ReplicationGroupId),
  }));
  const alone = clusters.filter((cluster) => !cluster.ReplicationGroupId).map((cluster): Cache => ({ id: cluster.CacheClusterId, cluster, members: [] }));
  return [...ofGroups, ...alone].sort((a, b) => a.id.localeCompare(b.id));
}

export const statusOf = (cache: Cache) => cache.group?.Status ?? cache.cluster?.CacheClusterStatus;
export const engineOf = (cache: Cache) => cache.group?.Engine ?? cache.members[0]?.Engine ?? cache.cluster?.Engine;
export const versionOf = (cache: Cache) => cache.members[0]?.EngineVersion ?? cache.cluster?.EngineVersion;
export const nodeTypeOf = (cache: Cache) => cache.group?.CacheNodeType ?? cache.cluster?.CacheNodeType;
export const nodeCountOf = (cache: Cache) => cache.group?.MemberClusters?.length ?? cache.cluster?.NumCacheNodes ?? 0;
export const pathOf = (cache: Cache) => (cache.group ? groupPath(cache.id) : clusterPath(cache.id));

export const groupPath = (id: string) => `/elasticache/caches/groups/${encodeURIComponent(id)}`;
export const clusterPath = (id: string) => `/elasticache/caches/clusters/${encodeURIComponent(id)}`;
export const subnetGroupPath = (name: string) => `/elasticache/subnet-groups/${encodeURIComponent(name)}`;
export const parameterGroupPath = (name: string) => `/elasticache/parameter-groups/${encodeURIComponent(name)}`;

// Where clients connect first.
export function endpointOf(cache: Cache): Endpoint | undefined {
  if (cache.group) return cache.group.ConfigurationEndpoint ?? cache.group.NodeGroups?.[0]?.PrimaryEndpoint;
  return cache.cluster?.ConfigurationEndpoint ?? cache.cluster?.CacheNodes?.[0]?.Endpoint;
}

export const endpointText = (endpoint?: Endpoint) => (endpoint?.Address ? `${endpoint.Address}:${endpoint.Port}` : undefined);

export function useCaches(): Loaded<Cache[]> {
  const region = useRegion();
  return useLoad(`caches ${region}`, async (signal) => {
    const [groups, clusters] = await Promise.all([loadAll(groupSource, { region, signal }), loadAll(clusterSource, { region, signal })]);
    return cachesOf(groups.items, clusters.items);
  }, { changesOf: ['elasticache'], poll: (all) => all.some((cache) => isInTransition(statusOf(cache))) });
}

export interface EngineKind {
  engine: string;
  label: string;
  description: string;
  port: number;
}
export const engineKinds: EngineKind[] = [
  { engine: 'redis', label: 'Redis OSS', description: 'Data structures, replicas and failover, snapshots.', port: 6379 },
  { engine: 'valkey', label: 'Valkey', description: 'Speaks the protocol of Redis OSS.', port: 6379 },
  { engine: 'memcached', label: 'Memcached', description: 'Keys and values, several nodes, no replicas.', port: 11211 },
];
export const engineLabel = (engine?: string) => engineKinds.find((kind) => kind.engine === engine)?.label ?? engine ?? '-';

export const useEngineVersions = (): Loaded<EngineVersion[]> =>
  useAll({ service: 'elasticache', operation: 'DescribeCacheEngineVersions', items: (out) => out.CacheEngineVersions });
export const useSubnetGroups = (): Loaded<SubnetGroup[]> =>
  useAll({ service: 'elasticache', operation: 'DescribeCacheSubnetGroups', items: (out) => out.CacheSubnetGroups });
export const useParameterGroups = (): Loaded<ParameterGroup[]> =>
  useAll({ service: 'elasticache', operation: 'DescribeCacheParameterGroups', items: (out) => out.CacheParameterGroups });

// The API lists no node types, so the console does: those of the current generations.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
const families: [string, string[]][] = [
  ['t3', ['micro', 'small', 'medium']], ['t4g', ['micro', 'small', 'medium']],
  ['m5', ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge']],
  ['m6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']],
  ['m7g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']],
  ['r5', ['large', 'xlarge', '2xlarge', '4xlarge', '12xlarge', '24xlarge']],
  ['r6g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']],
  ['r7g', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']],
  ['c7gn', ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge']],
];
export const nodeTypeChoices: Choice[] = families.flatMap(([family, sizes]) => sizes.map((size) => ({ value: `cache.${family}.${size}`, label: `cache.${family}.${size}` })));

export function subnetGroupChoices(groups: SubnetGroup[] = []): Choice[] {
  return groups.map((group) => ({
    value: group.CacheSubnetGroupName, label: group.CacheSubnetGroupName, description: `${group.Subnets?.length ?? 0} subnets in ${group.VpcId}`,
  }));
}
