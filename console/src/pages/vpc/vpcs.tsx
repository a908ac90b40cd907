import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import {
  call,
  KeyValue,
  LoadedPart,
  RefusalAlert,
  ResourceTable,
  Status,
  useLoad,
  useMutation,
  useQuery,
  useRegion,
} from '@/kit';
import { DeleteDialog } from '../resources/actions';
import { nameOf, yesNo } from '../resources/format';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { TagsPanel } from '../resources/tags-panel';
import { idColumn, nameColumn, searchText, vpcFilter } from './columns';
import { CreateDefaultVpc } from './dashboard';
import { GroupsTable } from './groups/list';
import { SubnetsTable } from './subnets';
import { RouteTablesTable } from './route-tables';
import type { Vpc } from './types';

export function VpcList() {
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ResourceTable<Vpc>
        name="vpc-vpcs"
        title="Your VPCs"
        variant="full-page"
        source={{ service: 'ec2', operation: 'DescribeVpcs', items: (out) => out.Vpcs }}
        idOf={(vpc) => vpc.VpcId}
        search={{ placeholder: 'Find VPCs', text: (vpc) => searchText(vpc.VpcId, nameOf(vpc.Tags), vpc.CidrBlock) }}
        inTransition={(vpc) => vpc.State === 'pending'}
        columns={[
          nameColumn<Vpc>(),
          idColumn<Vpc>('VPC ID', (vpc) => vpc.VpcId),
          { id: 'state', header: 'State', cell: (vpc) => <Status status={vpc.State} />, sort: (vpc) => vpc.State, width: 130 },
          { id: 'cidr', header: 'IPv4 CIDR', cell: (vpc) => vpc.CidrBlock, sort: (vpc) => vpc.CidrBlock, width: 150 },
          {
            id: 'ipv6',
            header: 'IPv6 CIDR',
            cell: (vpc) => vpc.Ipv6CidrBlockAssociationSet?.map((one) => one.Ipv6CidrBlock).join(', ') || '-',
            width: 180,
          },
          {
            id: 'default',
            header: 'Default VPC',
            cell: (vpc) => yesNo(vpc.IsDefault),
            sort: (vpc) => String(vpc.IsDefault),
            width: 130,
          },
          { id: 'tenancy', header: 'Tenancy', cell: (vpc) => vpc.InstanceTenancy, hidden: true },
          { id: 'owner', header: 'Owner ID', cell: (vpc) => vpc.OwnerId, hidden: true },
        ]}
        actions={() => (
          <>
            <Button onClick={() => setCreating(true)}>Create default VPC</Button>
            <Button variant="primary" onClick={() => navigate('/vpc/vpcs/create')}>
              Create VPC
            </Button>
          </>
        )}
        empty={{
          title: 'No VPCs',
          text: 'This Region has no VPC.',
          action: <Button onClick={() => setCreating(true)}>Create default VPC</Button>,
        }}
      />
      {creating && <CreateDefaultVpc onClose={() => setCreating(false)} />}
    </>
  );
}

const attributes = ['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics'] as const;
type AttributeValues = Partial<
  Record<'EnableDnsSupport' | 'EnableDnsHostnames' | 'EnableNetworkAddressUsageMetrics', { Value?: boolean }>
>;

const shown: { member: keyof AttributeValues; label: string }[] = [
  { member: 'EnableDnsSupport', label: 'DNS resolution' },
  { member: 'EnableDnsHostnames', label: 'DNS hostnames' },
  { member: 'EnableNetworkAddressUsageMetrics', label: 'Network Address Usage metrics' },
];

// Each attribute has a call of its own.
function Attributes({ vpc }: { vpc: string }) {
  const region = useRegion();
  const loaded = useLoad<AttributeValues>(
    `attributes ${region} ${vpc}`,
    async (signal) => {
      const answers = await Promise.all(
        attributes.map((Attribute) =>
          call<AttributeValues>('ec2', 'DescribeVpcAttribute', { VpcId: vpc, Attribute }, { region, signal }),
        ),
      );
      return Object.assign({}, ...answers);
    },
    { changesOf: ['ec2'] },
  );
  const change = useMutation('ec2', 'ModifyVpcAttribute');
  return (
    <Panel title="Attributes">
      <LoadedPart from={loaded}>
        {(values) => (
          <SpaceBetween size="s">
            <KeyValue
              items={shown.map(({ member, label }) => ({
                label,
                value: (
                  <Toggle
                    checked={values[member]?.Value ?? false}
                    disabled={change.pending}
                    ariaLabel={label}
                    onChange={(e) =>
                      void change.run({ VpcId: vpc, [member]: { Value: e.detail.checked } }).catch(() => undefined)
                    }
                  >
                    {values[member]?.Value ? 'Enabled' : 'Disabled'}
                  </Toggle>
                ),
              }))}
            />
            <RefusalAlert error={change.error} />
          </SpaceBetween>
        )}
      </LoadedPart>
    </Panel>
  );
}

export function VpcDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ Vpcs?: Vpc[] }>(
    'ec2',
    'DescribeVpcs',
    { VpcIds: [id] },
    { poll: (out) => out.Vpcs?.[0]?.State === 'pending' },
  );
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.Vpcs?.[0]}
        missing="There is no such VPC in this Region."
        actions={() => <Button onClick={() => setDeleting(true)}>Delete VPC</Button>}
        summary={(vpc) => [
          { label: 'Name', value: nameOf(vpc.Tags) },
          { label: 'State', value: <Status status={vpc.State} /> },
          { label: 'IPv4 CIDR', value: vpc.CidrBlockAssociationSet?.map((one) => one.CidrBlock).join(', ') ?? vpc.CidrBlock },
          { label: 'IPv6 CIDR', value: vpc.Ipv6CidrBlockAssociationSet?.map((one) => one.Ipv6CidrBlock).join(', ') },
          { label: 'Default VPC', value: yesNo(vpc.IsDefault) },
          { label: 'Tenancy', value: vpc.InstanceTenancy },
          { label: 'DHCP option set', value: vpc.DhcpOptionsId },
          { label: 'Owner ID', value: vpc.OwnerId },
        ]}
      >
        {(vpc) => (
          <PageTabs
            tabs={[
              { id: 'subnets', label: 'Subnets', content: <SubnetsTable filters={vpcFilter(id)} /> },
              { id: 'routes', label: 'Route tables', content: <RouteTablesTable filters={vpcFilter(id)} /> },
              { id: 'groups', label: 'Security groups', content: <GroupsTable filters={vpcFilter(id)} /> },
              { id: 'attributes', label: 'Attributes', content: <Attributes vpc={id} /> },
              { id: 'tags', label: 'Tags', content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={vpc.Tags ?? []} /> },
            ]}
          />
        )}
      </ResourcePage>
      {deleting && (
        <DeleteDialog
          title={`Delete ${id}?`}
          name={id}
          steps={[{ service: 'ec2', operation: 'DeleteVpc', input: { VpcId: id } }]}
          success={`${id} was deleted.`}
          onClose={() => setDeleting(false)}
          onDone={() => navigate('/vpc/vpcs')}
          warning="A VPC can be deleted once its subnets, gateways, endpoints and own security groups are gone."
        />
      )}
    </>
  );
}
