import Button from '@cloudscape-design/components/button';
import Alert from '@cloudscape-design/components/alert';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { useRegion } from '@/kit';
import { ActionDialog } from '../resources/actions';
import { Counts, type Counted } from '../resources/counts';
import { routeTableSource } from './columns';
import { useVpcs } from './lookups';

const counted: Counted[] = [
  { title: 'VPCs', path: '/vpc/vpcs', source: { service: 'ec2', operation: 'DescribeVpcs', items: (out) => out.Vpcs } },
  {
    title: 'Subnets',
    path: '/vpc/subnets',
    source: { service: 'ec2', operation: 'DescribeSubnets', items: (out) => out.Subnets },
  },
  { title: 'Route tables', path: '/vpc/route-tables', source: routeTableSource() },
  {
    title: 'Internet gateways',
    path: '/vpc/internet-gateways',
    source: { service: 'ec2', operation: 'DescribeInternetGateways', items: (out) => out.InternetGateways },
  },
  {
    title: 'Network ACLs',
    path: '/vpc/network-acls',
    source: { service: 'ec2', operation: 'DescribeNetworkAcls', items: (out) => out.NetworkAcls },
  },
  {
    title: 'Security groups',
    path: '/vpc/security-groups',
    source: { service: 'ec2', operation: 'DescribeSecurityGroups', items: (out) => out.SecurityGroups },
  },
  {
    title: 'Endpoints',
    path: '/vpc/endpoints',
    source: { service: 'ec2', operation: 'DescribeVpcEndpoints', items: (out) => out.VpcEndpoints },
  },
];

export function CreateDefaultVpc({ onClose }: { onClose: () => void }) {
  const region = useRegion();
  return (
    <ActionDialog
      title="Create default VPC"
      submit="Create default VPC"
      success="The default VPC was created."
      onClose={onClose}
      steps={[{ service: 'ec2', operation: 'CreateDefaultVpc', input: {} }]}
    >
      <div>
        A default VPC has a subnet in each Availability Zone of {region}, an internet gateway, and a security group. Databases
        and caches that name no network are created in it.
      </div>
    </ActionDialog>
  );
}

export function VpcDashboard() {
  const region = useRegion();
  const navigate = useNavigate();
  const vpcs = useVpcs();
  const [creating, setCreating] = useState(false);
  const hasNone = vpcs.data !== undefined && !vpcs.data.some((vpc) => vpc.IsDefault);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={`Resources in ${region}`}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => navigate('/vpc/security-groups/create')}>Create security group</Button>
            <Button variant="primary" onClick={() => navigate('/vpc/vpcs/create')}>
              Create VPC
            </Button>
          </SpaceBetween>
        }
      >
        VPC dashboard
      </Header>
      {hasNone && (
        <Alert
          type="info"
          header="There is no default VPC in this Region"
          action={<Button onClick={() => setCreating(true)}>Create default VPC</Button>}
        >
          Databases and caches need a VPC with subnets in two Availability Zones.
        </Alert>
      )}
      <Counts of={counted} />
      {creating && <CreateDefaultVpc onClose={() => setCreating(false)} />}
    </SpaceBetween>
  );
}
