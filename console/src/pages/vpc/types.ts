// What the pages read of EC2's answers.
import type { Tag } from '@/kit';

export interface Vpc {
  VpcId: string;
  CidrBlock?: string;
  CidrBlockAssociationSet?: { CidrBlock?: string; CidrBlockState?: { State?: string } }[];
  Ipv6CidrBlockAssociationSet?: { Ipv6CidrBlock?: string; Ipv6CidrBlockState?: { State?: string } }[];
  State?: string;
  IsDefault?: boolean;
  DhcpOptionsId?: string;
  InstanceTenancy?: string;
  OwnerId?: string;
  Tags?: Tag[];
}

export interface Subnet {
  SubnetId: string;
  SubnetArn?: string;
  VpcId?: string;
  CidrBlock?: string;
  Ipv6CidrBlockAssociationSet?: { Ipv6CidrBlock?: string }[];
  State?: string;
  AvailabilityZone?: string;
  AvailabilityZoneId?: string;
  AvailableIpAddressCount?: number;
  DefaultForAz?: boolean;
  MapPublicIpOnLaunch?: boolean;
  AssignIpv6AddressOnCreation?: boolean;
  OwnerId?: string;
  Tags?: Tag[];
}

export interface Route {
  DestinationCidrBlock?: string;
  DestinationIpv6CidrBlock?: string;
  DestinationPrefixListId?: string;
  GatewayId?: string;
  NatGatewayId?: string;
  InstanceId?: string;
  NetworkInterfaceId?: string;
  EgressOnlyInternetGatewayId?: string;
  VpcPeeringConnectionId?: string;
  Origin?: string;
  State?: string;
}

export interface RouteTable {
  RouteTableId: string;
  VpcId?: string;
  OwnerId?: string;
  Routes?: Route[];
  Associations?: {
    Main?: boolean;
    RouteTableAssociationId?: string;
    SubnetId?: string;
    GatewayId?: string;
    AssociationState?: { State?: string };
  }[];
  Tags?: Tag[];
}

export interface AclEntry {
  RuleNumber?: number;
  Protocol?: string;
  PortRange?: { From?: number; To?: number };
  IcmpTypeCode?: { Type?: number; Code?: number };
  CidrBlock?: string;
  Ipv6CidrBlock?: string;
  RuleAction?: string;
  Egress?: boolean;
}

export interface NetworkAcl {
  NetworkAclId: string;
  VpcId?: string;
  OwnerId?: string;
  IsDefault?: boolean;
  Entries?: AclEntry[];
  Associations?: { SubnetId?: string; NetworkAclAssociationId?: string }[];
  Tags?: Tag[];
}

export interface InternetGateway {
  InternetGatewayId: string;
  OwnerId?: string;
  Attachments?: { State?: string; VpcId?: string }[];
  Tags?: Tag[];
}

export interface VpcEndpoint {
  VpcEndpointId: string;
  VpcEndpointType?: string;
  VpcId?: string;
  ServiceName?: string;
  State?: string;
  PolicyDocument?: string;
  RouteTableIds?: string[];
  SubnetIds?: string[];
  Groups?: { GroupId?: string; GroupName?: string }[];
  PrivateDnsEnabled?: boolean;
  NetworkInterfaceIds?: string[];
  DnsEntries?: { DnsName?: string }[];
  CreationTimestamp?: number;
  OwnerId?: string;
  Tags?: Tag[];
}

export interface SecurityGroup {
  GroupId: string;
  GroupName?: string;
  Description?: string;
  VpcId?: string;
  OwnerId?: string;
  SecurityGroupArn?: string;
  IpPermissions?: unknown[];
  IpPermissionsEgress?: unknown[];
  Tags?: Tag[];
}

export interface NetworkInterface {
  NetworkInterfaceId: string;
  Description?: string;
  PrivateIpAddress?: string;
  SubnetId?: string;
  Status?: string;
  RequesterId?: string;
  Attachment?: { InstanceId?: string };
  Groups?: { GroupId?: string }[];
}

export interface Zone {
  ZoneName: string;
  ZoneId?: string;
}
