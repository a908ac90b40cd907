// What the RDS pages ask for more than once.
import type { Loaded, Source } from '@/kit';
import { byText } from '../resources/format';
import type { Choice } from '../resources/fields';
import { useAll } from '../resources/use-all';
import type { Cluster, EngineVersion, Instance, OrderableOption, ParameterGroup, SubnetGroup } from './types';

export const clusterSource: Source<Cluster> = { service: 'rds', operation: 'DescribeDBClusters', items: (out) => out.DBClusters };
export const instanceSource: Source<Instance> = { service: 'rds', operation: 'DescribeDBInstances', items: (out) => out.DBInstances };

export const useSubnetGroups = (): Loaded<SubnetGroup[]> =>
  useAll({ service: 'rds', operation: 'DescribeDBSubnetGroups', items: (out) => out.DBSubnetGroups });

export const useEngineVersions = (engine: string): Loaded<EngineVersion[]> =>
  useAll({ service: 'rds', operation: 'DescribeDBEngineVersions', input: { Engine: engine }, items: (out) => out.DBEngineVersions });

export const useOrderable = (engine: string, version?: string): Loaded<OrderableOption[]> =>
  useAll({ service: 'rds', operation: 'DescribeOrderableDBInstanceOptions', input: version ? { Engine: engine, EngineVersion: version } : { Engine: engine },
    items: (out) => out.OrderableDBInstanceOptions });

export const clusterParameterGroups: Source<ParameterGroup> = {
  service: 'rds', operation: 'DescribeDBClusterParameterGroups',
  items: (out) => (out.DBClusterParameterGroups ?? []).map((one: Record<string, string>) => ({
    name: one.DBClusterParameterGroupName, kind: 'cluster', family: one.DBParameterGroupFamily, description: one.Description, arn: one.DBClusterParameterGroupArn,
  })),
};
export const instanceParameterGroups: Source<ParameterGroup> = {
  service: 'rds', operation: 'DescribeDBParameterGroups',
  items: (out) => (out.DBParameterGroups ?? []).map((one: Record<string, string>) => ({
    name: one.DBParameterGroupName, kind: 'instance', family: one.DBParameterGroupFamily, description: one.Description, arn: one.DBParameterGroupArn,
  })),
};

export const versionsNewestFirst = (versions: EngineVersion[] = []) =>
  [...versions].sort((a, b) => byText<EngineVersion>((one) => one.EngineVersion)(b, a));

export function versionChoices(versions: EngineVersion[] = []): Choice[] {
  return versionsNewestFirst(versions).map((one) => ({
    value: one.EngineVersion ?? '', label: one.EngineVersion, description: one.DBEngineVersionDescription,
  }));
}

const sizes = ['micro', 'small', 'medium', 'large', 'xlarge'];
// db.t3.medium before db.t3.large, and db.r6g.2xlarge before db.r6g.16xlarge.
function sizeOf(instanceClass: string): number {
  const size = instanceClass.split('.')[2] ?? '';
  const named = sizes.indexOf(size);
  return named >= 0 ? named : sizes.length + Number(size.replace('xlarge', ''));
}
const familyOf = (instanceClass: string) => instanceClass.split('.')[1] ?? '';

export function classChoices(options: OrderableOption[] = []): Choice[] {
  const names = [...new Set(options.map((one) => one.DBInstanceClass ?? ''))].filter(Boolean);
  names.sort((a, b) => (familyOf(a) === familyOf(b) ? sizeOf(a) - sizeOf(b) : familyOf(a).localeCompare(familyOf(b))));
  return names.map((value) => ({ value, label: value }));
}

export const smallestClass = (choices: Choice[]) => [...choices].sort((a, b) => sizeOf(a.value) - sizeOf(b.value)
  || Number(familyOf(b.value).startsWith('t')) - Number(familyOf(a.value).startsWith('t')))[0]?.value ?? '';

export function subnetGroupChoices(groups: SubnetGroup[] = [], vpc?: string): Choice[] {
  return groups.filter((group) => !vpc || group.VpcId === vpc).map((group) => ({
    value: group.DBSubnetGroupName ?? '', label: group.DBSubnetGroupName,
    description: `${group.Subnets?.length ?? 0} subnets, ${new Set(group.Subnets?.map((one) => one.SubnetAvailabilityZone?.Name)).size} Availability Zones`,
  }));
}

export const groupChoicesOf = (groups: ParameterGroup[] = [], family?: string): Choice[] =>
  groups.filter((one) => !family || one.family === family).map((one) => ({ value: one.name, label: one.name, description: one.description }));

// A database of the list: a cluster with its members below it, or an instance without a cluster.
export interface Database {
  id: string;
  cluster?: Cluster;
  instance?: Instance;
  writer?: boolean;
  children: Database[];
}

export function databasesOf(clusters: Cluster[], instances: Instance[]): Database[] {
  const byId = new Map(instances.map((one) => [one.DBInstanceIdentifier, one]));
  const trees = clusters.map((cluster): Database => ({
    id: `cluster:${cluster.DBClusterIdentifier}`, cluster,
    children: (cluster.DBClusterMembers ?? []).map((member): Database => ({
      id: `db:${member.DBInstanceIdentifier}`, cluster, writer: member.IsClusterWriter, children: [],
      instance: byId.get(member.DBInstanceIdentifier) ?? { DBInstanceIdentifier: member.DBInstanceIdentifier, DBClusterIdentifier: cluster.DBClusterIdentifier },
    })).sort((a, b) => Number(b.writer) - Number(a.writer)),
  }));
  const alone = instances.filter((one) => !one.DBClusterIdentifier).map((instance): Database => ({ id: `db:${instance.DBInstanceIdentifier}`, instance, children: [] }));
  return [...trees, ...alone];
}

export const nameOfDatabase = (database: Database) =>
  database.instance?.DBInstanceIdentifier ?? database.cluster?.DBClusterIdentifier ?? '';
export const statusOfDatabase = (database: Database) => (database.instance ? database.instance.DBInstanceStatus : database.cluster?.Status);

export const clusterPath = (id: string) => `/rds/databases/clusters/${encodeURIComponent(id)}`;
export const instancePath = (id: string) => `/rds/databases/instances/${encodeURIComponent(id)}`;
export const pathOfDatabase = (database: Database) =>
  database.instance ? instancePath(database.instance.DBInstanceIdentifier) : clusterPath(database.cluster!.DBClusterIdentifier);
export const subnetGroupPath = (name: string) => `/rds/subnet-groups/${encodeURIComponent(name)}`;
export const parameterGroupPath = (kind: ParameterGroup['kind'], name: string) => `/rds/parameter-groups/${kind}/${encodeURIComponent(name)}`;
export const snapshotPath = (id: string) => `/rds/snapshots/${encodeURIComponent(id)}`;
