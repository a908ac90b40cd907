import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { ResourceTable, Status, useQuery, type Tag } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { CheckField, SelectField, TextField } from '../resources/fields';
import { nameOf, yesNo } from '../resources/format';
import { FormPage } from '../resources/form-page';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact, type Output } from '../resources/steps';
import { TagsContainer, TagsPanel } from '../resources/tags-panel';
import { useForm, type Problems } from '../resources/use-form';
import { IdLink, idColumn, nameColumn, searchText, subnetPath, vpcColumn } from './columns';
import { defaultVpc, useVpcs, useZones, vpcChoices, zoneChoices } from './lookups';
import { isIpv4Block } from './groups/rules';
import { AclsTable } from './network-acls';
import { RouteTablesTable } from './route-tables';
import type { Subnet } from './types';

export function SubnetsTable({ filters, isPage }: { filters?: unknown[]; isPage?: boolean }) {
  const navigate = useNavigate();
  const create = (
    <Button variant={isPage ? 'primary' : 'normal'} onClick={() => navigate('/vpc/subnets/create')}>
      Create subnet
    </Button>
  );
  return (
    <ResourceTable<Subnet>
      name="vpc-subnets"
      title="Subnets"
      variant={isPage ? 'full-page' : 'container'}
      source={{
        service: 'ec2',
        operation: 'DescribeSubnets',
        input: filters ? { Filters: filters } : {},
        items: (out) => out.Subnets,
      }}
      idOf={(subnet) => subnet.SubnetId}
      search={{
        placeholder: 'Find subnets',
        text: (s) => searchText(s.SubnetId, nameOf(s.Tags), s.CidrBlock, s.AvailabilityZone, s.VpcId),
      }}
      columns={[
        nameColumn<Subnet>(),
        idColumn<Subnet>('Subnet ID', (subnet) => subnet.SubnetId),
        { id: 'state', header: 'State', cell: (subnet) => <Status status={subnet.State} />, width: 130 },
        vpcColumn<Subnet>(),
        { id: 'cidr', header: 'IPv4 CIDR', cell: (subnet) => subnet.CidrBlock, sort: (subnet) => subnet.CidrBlock, width: 150 },
        {
          id: 'zone',
          header: 'Availability Zone',
          cell: (subnet) => subnet.AvailabilityZone,
          sort: (subnet) => subnet.AvailabilityZone,
          width: 160,
        },
        {
          id: 'free',
          header: 'Available IPv4 addresses',
          cell: (subnet) => subnet.AvailableIpAddressCount,
          sort: (subnet) => subnet.AvailableIpAddressCount,
          width: 200,
        },
        { id: 'public', header: 'Auto-assign public IPv4', cell: (subnet) => yesNo(subnet.MapPublicIpOnLaunch), hidden: true },
        { id: 'default', header: 'Default subnet', cell: (subnet) => yesNo(subnet.DefaultForAz), hidden: true },
      ]}
      actions={() => create}
      empty={{ title: 'No subnets', text: 'A subnet is a part of a VPC in one Availability Zone.', action: create }}
    />
  );
}

export const SubnetList = () => <SubnetsTable isPage />;

interface SubnetValues {
  vpc: string;
  name: string;
  zone: string;
  block: string;
  tags: Tag[];
}

function checkSubnet({ block }: SubnetValues): Problems<SubnetValues> {
  return isIpv4Block(block) ? {} : { block: 'Enter a CIDR block within the VPC, such as 10.0.1.0/24.' };
}

const subnetIdOf = (outputs: Output[]) => String((outputs[0]?.Subnet as Subnet | undefined)?.SubnetId ?? '');

export function SubnetCreate() {
  const form = useForm<SubnetValues>({ vpc: '', name: '', zone: '', block: '', tags: [] }, checkSubnet);
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const zones = useZones();
  const vpc = values.vpc || defaultVpc(vpcs.data);
  const tags = [...(values.name ? [{ Key: 'Name', Value: values.name }] : []), ...values.tags.filter((tag) => tag.Key)];
  const input = compact({
    VpcId: vpc,
    AvailabilityZone: values.zone,
    CidrBlock: values.block,
    TagSpecifications: tags.length > 0 ? [{ ResourceType: 'subnet', Tags: tags }] : [],
  });
  return (
    <FormPage
      title="Create subnet"
      submit="Create subnet"
      cancel="/vpc/subnets"
      isLoading={vpcs.loading}
      steps={[{ service: 'ec2', operation: 'CreateSubnet', input }]}
      isValid={form.isValid}
      onInvalid={form.showProblems}
      success={(outputs) => `Subnet ${subnetIdOf(outputs)} was created.`}
      next={(outputs) => subnetPath(subnetIdOf(outputs))}
    >
      <Container header={<Header variant="h2">Subnet settings</Header>}>
        <SpaceBetween size="l">
          <SelectField
            label="VPC ID"
            value={vpc}
            options={vpcChoices(vpcs.data)}
            isLoading={vpcs.loading}
            onChange={(next) => set({ vpc: next })}
          />
          <TextField
            label="Subnet name"
            isOptional
            value={values.name}
            onChange={(name) => set({ name })}
            hint="It is kept as the tag Name."
          />
          <SelectField
            label="Availability Zone"
            value={values.zone}
            isLoading={zones.loading}
            options={[{ value: '', label: 'No preference' }, ...zoneChoices(zones.data)]}
            onChange={(zone) => set({ zone })}
          />
          <TextField
            label="IPv4 subnet CIDR block"
            value={values.block}
            onChange={(block) => set({ block: block.trim() })}
            problem={problem('block')}
            placeholder="10.0.1.0/24"
            hint={`The VPC has ${vpcs.data?.find((one) => one.VpcId === vpc)?.CidrBlock ?? '…'}.`}
          />
        </SpaceBetween>
      </Container>
      <TagsContainer tags={values.tags} onChange={(next) => set({ tags: next })} />
    </FormPage>
  );
}

function EditSubnet({ subnet, onClose }: { subnet: Subnet; onClose: () => void }) {
  const [isPublic, setPublic] = useState(subnet.MapPublicIpOnLaunch ?? false);
  return (
    <ActionDialog
      title="Edit subnet settings"
      submit="Save"
      success="The subnet was changed."
      onClose={onClose}
      steps={[
        {
          service: 'ec2',
          operation: 'ModifySubnetAttribute',
          input: { SubnetId: subnet.SubnetId, MapPublicIpOnLaunch: { Value: isPublic } },
        },
      ]}
    >
      <CheckField
        label="Enable auto-assign public IPv4 address"
        checked={isPublic}
        onChange={setPublic}
        description="Instances that are run in this subnet get a public address."
      />
    </ActionDialog>
  );
}

export function SubnetDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const asked = useQuery<{ Subnets?: Subnet[] }>('ec2', 'DescribeSubnets', { SubnetIds: [id] });
  const subnet = asked.data?.Subnets?.[0];
  const close = () => setDialog(undefined);
  const ofSubnet = [{ Name: 'association.subnet-id', Values: [id] }];
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.Subnets?.[0]}
        missing="There is no such subnet in this Region."
        actions={() => (
          <>
            <Button onClick={() => setDialog('edit')}>Edit subnet settings</Button>
            <Button onClick={() => setDialog('delete')}>Delete subnet</Button>
          </>
        )}
        summary={(item) => [
          { label: 'Name', value: nameOf(item.Tags) },
          { label: 'State', value: <Status status={item.State} /> },
          { label: 'IPv4 CIDR', value: item.CidrBlock },
          { label: 'IPv6 CIDR', value: item.Ipv6CidrBlockAssociationSet?.map((one) => one.Ipv6CidrBlock).join(', ') },
          { label: 'VPC', value: <IdLink id={item.VpcId} /> },
          { label: 'Availability Zone', value: `${item.AvailabilityZone} (${item.AvailabilityZoneId})` },
          { label: 'Available IPv4 addresses', value: item.AvailableIpAddressCount },
          { label: 'Auto-assign public IPv4', value: yesNo(item.MapPublicIpOnLaunch) },
          { label: 'Default subnet', value: yesNo(item.DefaultForAz) },
          { label: 'Owner ID', value: item.OwnerId },
        ]}
      >
        {(item) => (
          <PageTabs
            tabs={[
              {
                id: 'routes',
                label: 'Route table',
                content: (
                  <RouteTablesTable
                    filters={ofSubnet}
                    emptyText="No route table is associated with this subnet: the main route table of its VPC holds."
                  />
                ),
              },
              { id: 'acl', label: 'Network ACL', content: <AclsTable filters={ofSubnet} /> },
              {
                id: 'tags',
                label: 'Tags',
                content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={item.Tags ?? []} />,
              },
            ]}
          />
        )}
      </ResourcePage>
      {dialog === 'edit' && subnet && <EditSubnet subnet={subnet} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteDialog
          title={`Delete ${id}?`}
          name={id}
          success={`${id} was deleted.`}
          onClose={close}
          onDone={() => navigate('/vpc/subnets')}
          steps={[{ service: 'ec2', operation: 'DeleteSubnet', input: { SubnetId: id } }]}
        />
      )}
    </>
  );
}
