// What forms of several services choose from.
import { nameOf } from '../resources/format';
import type { Choice } from '../resources/fields';
import { useAll } from '../resources/use-all';
import type { SecurityGroup, Subnet, Vpc, Zone } from './types';

export const useVpcs = () => useAll<Vpc>({ service: 'ec2', operation: 'DescribeVpcs', items: (out) => out.Vpcs });
export const useSubnets = () => useAll<Subnet>({ service: 'ec2', operation: 'DescribeSubnets', items: (out) => out.Subnets });
export const useGroups = () =>
  useAll<SecurityGroup>({ service: 'ec2', operation: 'DescribeSecurityGroups', items: (out) => out.SecurityGroups });
export const useZones = () =>
  useAll<Zone>({
    service: 'ec2',
    operation: 'DescribeAvailabilityZones',
    paging: false,
    items: (out) => out.AvailabilityZones,
  });

export function vpcChoices(vpcs: Vpc[] = []): Choice[] {
  return vpcs.map((vpc) => ({
    value: vpc.VpcId,
    label: vpc.VpcId,
    description: [vpc.IsDefault ? 'Default VPC' : nameOf(vpc.Tags), vpc.CidrBlock].filter(Boolean).join(', '),
  }));
}

export const defaultVpc = (vpcs: Vpc[] = []) => vpcs.find((vpc) => vpc.IsDefault)?.VpcId ?? vpcs[0]?.VpcId ?? '';

export function groupChoices(groups: SecurityGroup[] = [], vpc?: string): Choice[] {
  return groups
    .filter((group) => !vpc || group.VpcId === vpc)
    .map((group) => ({ value: group.GroupId, label: `${group.GroupName} (${group.GroupId})`, description: group.Description }));
}

export function subnetChoices(subnets: Subnet[] = [], vpc?: string): Choice[] {
  return subnets
    .filter((subnet) => !vpc || subnet.VpcId === vpc)
    .map((subnet) => ({
      value: subnet.SubnetId,
      label: subnet.SubnetId,
      description: [nameOf(subnet.Tags), subnet.AvailabilityZone, subnet.CidrBlock].filter(Boolean).join(', '),
    }));
}

export const zoneChoices = (zones: Zone[] = []): Choice[] =>
  zones.map(({ ZoneName, ZoneId }) => ({ value: ZoneName, label: ZoneName, description: ZoneId }));
