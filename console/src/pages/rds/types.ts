// What the pages read of RDS's answers.
import type { Tag } from '@/kit';

export interface Member {
  DBInstanceIdentifier: string;
  IsClusterWriter?: boolean;
  DBClusterParameterGroupStatus?: string;
  PromotionTier?: number;
}

export interface Cluster {
  DBClusterIdentifier: string;
  DBClusterArn?: string;
  DbClusterResourceId?: string;
  Status?: string;
  Engine?: string;
  EngineVersion?: string;
  EngineMode?: string;
  Endpoint?: string;
  ReaderEndpoint?: string;
  CustomEndpoints?: string[];
  Port?: number;
  DatabaseName?: string;
  MasterUsername?: string;
  MasterUserSecret?: { SecretArn?: string; SecretStatus?: string };
  MultiAZ?: boolean;
  AvailabilityZones?: string[];
  DBClusterMembers?: Member[];
  DBSubnetGroup?: string;
  VpcSecurityGroups?: { VpcSecurityGroupId?: string; Status?: string }[];
  DBClusterParameterGroup?: string;
  BackupRetentionPeriod?: number;
  PreferredBackupWindow?: string;
  PreferredMaintenanceWindow?: string;
  EarliestRestorableTime?: number;
  LatestRestorableTime?: number;
  ClusterCreateTime?: number;
  StorageEncrypted?: boolean;
  DeletionProtection?: boolean;
  CopyTagsToSnapshot?: boolean;
  IAMDatabaseAuthenticationEnabled?: boolean;
  HttpEndpointEnabled?: boolean;
  AutoMinorVersionUpgrade?: boolean;
  GlobalClusterIdentifier?: string;
  AssociatedRoles?: { RoleArn?: string; FeatureName?: string; Status?: string }[];
  PendingModifiedValues?: Record<string, unknown>;
  TagList?: Tag[];
}

export interface Instance {
  DBInstanceIdentifier: string;
  DBInstanceArn?: string;
  DbiResourceId?: string;
  DBInstanceClass?: string;
  DBInstanceStatus?: string;
  DBClusterIdentifier?: string;
  Engine?: string;
  EngineVersion?: string;
  Endpoint?: { Address?: string; Port?: number };
  DBName?: string;
  MasterUsername?: string;
  MasterUserSecret?: { SecretArn?: string; SecretStatus?: string };
  AllocatedStorage?: number;
  StorageType?: string;
  Iops?: number;
  StorageEncrypted?: boolean;
  AvailabilityZone?: string;
  MultiAZ?: boolean;
  PubliclyAccessible?: boolean;
  DBSubnetGroup?: SubnetGroup;
  VpcSecurityGroups?: { VpcSecurityGroupId?: string; Status?: string }[];
  DBParameterGroups?: { DBParameterGroupName?: string; ParameterApplyStatus?: string }[];
  OptionGroupMemberships?: { OptionGroupName?: string; Status?: string }[];
  BackupRetentionPeriod?: number;
  PreferredBackupWindow?: string;
  PreferredMaintenanceWindow?: string;
  InstanceCreateTime?: number;
  LatestRestorableTime?: number;
  AutoMinorVersionUpgrade?: boolean;
  DeletionProtection?: boolean;
  CopyTagsToSnapshot?: boolean;
  IAMDatabaseAuthenticationEnabled?: boolean;
  PromotionTier?: number;
  CACertificateIdentifier?: string;
  CertificateDetails?: { CAIdentifier?: string; ValidTill?: number };
  PendingModifiedValues?: Record<string, unknown>;
  TagList?: Tag[];
}

export interface SubnetGroup {
  DBSubnetGroupName?: string;
  DBSubnetGroupDescription?: string;
  DBSubnetGroupArn?: string;
  VpcId?: string;
  SubnetGroupStatus?: string;
  Subnets?: { SubnetIdentifier?: string; SubnetAvailabilityZone?: { Name?: string }; SubnetStatus?: string }[];
}

export interface ClusterSnapshot {
  DBClusterSnapshotIdentifier: string;
  DBClusterSnapshotArn?: string;
  DBClusterIdentifier?: string;
  Engine?: string;
  EngineVersion?: string;
  SnapshotType?: string;
  Status?: string;
  PercentProgress?: number;
  SnapshotCreateTime?: number;
  ClusterCreateTime?: number;
  AllocatedStorage?: number;
  Port?: number;
  VpcId?: string;
  MasterUsername?: string;
  SourceDBClusterSnapshotArn?: string;
  StorageEncrypted?: boolean;
  TagList?: Tag[];
}

export interface EngineVersion {
  Engine?: string;
  EngineVersion?: string;
  DBParameterGroupFamily?: string;
  DBEngineVersionDescription?: string;
}

export interface OrderableOption {
  DBInstanceClass?: string;
  AvailabilityZones?: { Name?: string }[];
}

export interface ParameterGroup {
  name: string;
  kind: 'cluster' | 'instance';
  family?: string;
  description?: string;
  arn?: string;
}

export interface Parameter {
  ParameterName?: string;
  ParameterValue?: string;
  Description?: string;
  Source?: string;
  ApplyType?: string;
  DataType?: string;
  AllowedValues?: string;
  IsModifiable?: boolean;
  ApplyMethod?: string;
}

export interface DbEvent {
  SourceIdentifier?: string;
  SourceType?: string;
  Message?: string;
  EventCategories?: string[];
  Date?: number;
  SourceArn?: string;
}
