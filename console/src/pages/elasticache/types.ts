// What the pages read of ElastiCache's answers.
export interface Endpoint {
  Address?: string;
  Port?: number;
}

export interface CacheNode {
  CacheNodeId?: string;
  CacheNodeStatus?: string;
  CacheNodeCreateTime?: number;
  Endpoint?: Endpoint;
  ParameterGroupStatus?: string;
  CustomerAvailabilityZone?: string;
}

export interface CacheCluster {
  CacheClusterId: string;
  ConfigurationEndpoint?: Endpoint;
  CacheNodeType?: string;
  Engine?: string;
  EngineVersion?: string;
  CacheClusterStatus?: string;
  NumCacheNodes?: number;
  PreferredAvailabilityZone?: string;
  CacheClusterCreateTime?: number;
  PreferredMaintenanceWindow?: string;
  PendingModifiedValues?: Record<string, unknown>;
  CacheParameterGroup?: { CacheParameterGroupName?: string; ParameterApplyStatus?: string };
  CacheSubnetGroupName?: string;
  CacheNodes?: CacheNode[];
  AutoMinorVersionUpgrade?: boolean;
  SecurityGroups?: { SecurityGroupId?: string; Status?: string }[];
  ReplicationGroupId?: string;
  SnapshotRetentionLimit?: number;
  SnapshotWindow?: string;
  AuthTokenEnabled?: boolean;
  TransitEncryptionEnabled?: boolean;
  AtRestEncryptionEnabled?: boolean;
  ARN?: string;
}

export interface NodeGroup {
  NodeGroupId?: string;
  Status?: string;
  PrimaryEndpoint?: Endpoint;
  ReaderEndpoint?: Endpoint;
  Slots?: string;
  NodeGroupMembers?: { CacheClusterId?: string; CacheNodeId?: string; ReadEndpoint?: Endpoint; PreferredAvailabilityZone?: string; CurrentRole?: string }[];
}

export interface ReplicationGroup {
  ReplicationGroupId: string;
  Description?: string;
  Status?: string;
  PendingModifiedValues?: Record<string, unknown>;
  MemberClusters?: string[];
  NodeGroups?: NodeGroup[];
  AutomaticFailover?: string;
  MultiAZ?: string;
  ConfigurationEndpoint?: Endpoint;
  SnapshotRetentionLimit?: number;
  SnapshotWindow?: string;
  ClusterEnabled?: boolean;
  CacheNodeType?: string;
  AuthTokenEnabled?: boolean;
  TransitEncryptionEnabled?: boolean;
  TransitEncryptionMode?: string;
  AtRestEncryptionEnabled?: boolean;
  ARN?: string;
  UserGroupIds?: string[];
  ReplicationGroupCreateTime?: number;
  AutoMinorVersionUpgrade?: boolean;
  Engine?: string;
}

export interface Snapshot {
  SnapshotName: string;
  ReplicationGroupId?: string;
  CacheClusterId?: string;
  SnapshotStatus?: string;
  SnapshotSource?: string;
  CacheNodeType?: string;
  Engine?: string;
  EngineVersion?: string;
  Port?: number;
  VpcId?: string;
  CacheSubnetGroupName?: string;
  CacheParameterGroupName?: string;
  NodeSnapshots?: { SnapshotCreateTime?: number; CacheSize?: string; CacheNodeId?: string; CacheClusterId?: string }[];
  ARN?: string;
}

export interface SubnetGroup {
  CacheSubnetGroupName: string;
  CacheSubnetGroupDescription?: string;
  VpcId?: string;
  Subnets?: { SubnetIdentifier?: string; SubnetAvailabilityZone?: { Name?: string } }[];
  ARN?: string;
}

export interface ParameterGroup {
  CacheParameterGroupName: string;
  CacheParameterGroupFamily?: string;
  Description?: string;
  ARN?: string;
}

export interface Parameter {
  ParameterName?: string;
  ParameterValue?: string;
  Description?: string;
  Source?: string;
  DataType?: string;
  AllowedValues?: string;
  IsModifiable?: boolean;
  ChangeType?: string;
}

export interface EngineVersion {
  Engine?: string;
  EngineVersion?: string;
  CacheParameterGroupFamily?: string;
  CacheEngineDescription?: string;
  CacheEngineVersionDescription?: string;
}

export interface CacheEvent {
  SourceIdentifier?: string;
  SourceType?: string;
  Message?: string;
  Date?: number;
}
