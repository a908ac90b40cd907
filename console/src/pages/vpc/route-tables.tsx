import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { ResourceTable, Status, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { nameOf, yesNo } from '../resources/format';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { TagsPanel } from '../resources/tags-panel';
import { IdLink, IdLinks, idColumn, nameColumn, routeTableSource, searchText, vpcColumn } from './columns';
import { defaultVpc, subnetChoices, useSubnets, useVpcs, vpcChoices } from './lookups';
import { useAll } from '../resources/use-all';
import type { InternetGateway, Route, RouteTable } from './types';

const isMain = (table: RouteTable) => table.Associations?.some((one) => one.Main) ?? false;
const subnetsOf = (table: RouteTable) => (table.Associations ?? []).map((one) => one.SubnetId).filter(Boolean);

export function RouteTablesTable({
  filters,
  isPage,
  emptyText,
}: {
  filters?: unknown[];
  isPage?: boolean;
  emptyText?: string;
}) {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ResourceTable<RouteTable>
        name="vpc-route-tables"
        title="Route tables"
        variant={isPage ? 'full-page' : 'container'}
        source={routeTableSource(filters)}
        idOf={(table) => table.RouteTableId}
        search={{
          placeholder: 'Find route tables',
          text: (table) => searchText(table.RouteTableId, nameOf(table.Tags), table.VpcId),
        }}
        columns={[
          nameColumn<RouteTable>(),
          idColumn<RouteTable>('Route table ID', (table) => table.RouteTableId),
          {
            id: 'subnets',
            header: 'Explicit subnet associations',
            width: 230,
            cell: (table) =>
              subnetsOf(table).length > 2 ? `${subnetsOf(table).length} subnets` : <IdLinks ids={subnetsOf(table)} />,
          },
          {
            id: 'main',
            header: 'Main',
            cell: (table) => yesNo(isMain(table)),
            sort: (table) => String(isMain(table)),
            width: 100,
          },
          {
            id: 'routes',
            header: 'Routes',
            cell: (table) => table.Routes?.length ?? 0,
            sort: (table) => table.Routes?.length,
            width: 110,
          },
          vpcColumn<RouteTable>(),
        ]}
        actions={() =>
          isPage && (
            <Button variant="primary" onClick={() => setCreating(true)}>
              Create route table
            </Button>
          )
        }
        empty={{ title: 'No route tables', text: emptyText }}
      />
      {creating && <CreateRouteTable onClose={() => setCreating(false)} />}
    </>
  );
}

export const RouteTableList = () => <RouteTablesTable isPage />;

function CreateRouteTable({ onClose }: { onClose: () => void }) {
  const vpcs = useVpcs();
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const vpc = chosen || defaultVpc(vpcs.data);
  const tags = name ? [{ ResourceType: 'route-table', Tags: [{ Key: 'Name', Value: name }] }] : [];
  return (
    <ActionDialog
      title="Create route table"
      submit="Create route table"
      success="The route table was created."
      onClose={onClose}
      steps={[{ service: 'ec2', operation: 'CreateRouteTable', input: compact({ VpcId: vpc, TagSpecifications: tags }) }]}
    >
      <TextField label="Name" isOptional value={name} onChange={setName} />
      <SelectField label="VPC" value={vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading} onChange={setChosen} />
    </ActionDialog>
  );
}

const destination = (route: Route) =>
  route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock ?? route.DestinationPrefixListId ?? '';
const target = (route: Route) =>
  route.GatewayId ??
  route.NatGatewayId ??
  route.NetworkInterfaceId ??
  route.InstanceId ??
  route.VpcPeeringConnectionId ??
  route.EgressOnlyInternetGatewayId ??
  '';

const targetMember: [RegExp, string][] = [
  [/^(igw|vpce|vgw)-/, 'GatewayId'],
  [/^nat-/, 'NatGatewayId'],
  [/^eni-/, 'NetworkInterfaceId'],
  [/^i-/, 'InstanceId'],
  [/^pcx-/, 'VpcPeeringConnectionId'],
  [/^eigw-/, 'EgressOnlyInternetGatewayId'],
];

function destinationMember(text: string): Record<string, string> {
  if (text.startsWith('pl-')) return { DestinationPrefixListId: text };
  return text.includes(':') ? { DestinationIpv6CidrBlock: text } : { DestinationCidrBlock: text };
}

function AddRoute({ table, onClose }: { table: RouteTable; onClose: () => void }) {
  const gateways = useAll<InternetGateway>({
    service: 'ec2',
    operation: 'DescribeInternetGateways',
    items: (out) => out.InternetGateways,
  });
  const own = (gateways.data ?? []).filter((one) => one.Attachments?.some((attached) => attached.VpcId === table.VpcId));
  const [block, setBlock] = useState('0.0.0.0/0');
  const [to, setTo] = useState('');
  const member = targetMember.find(([pattern]) => pattern.test(to))?.[1];
  const problem = to && !member ? 'Enter the id of a gateway, network interface, instance or peering connection.' : undefined;
  return (
    <ActionDialog
      title="Add route"
      submit="Add route"
      success="The route was added."
      onClose={onClose}
      isValid={!!member}
      steps={[
        {
          service: 'ec2',
          operation: 'CreateRoute',
          input: { RouteTableId: table.RouteTableId, ...destinationMember(block.trim()), [member ?? 'GatewayId']: to },
        },
      ]}
    >
      <TextField label="Destination" value={block} onChange={setBlock} hint="A CIDR block or a prefix list." />
      <SelectField
        label="Internet gateway of this VPC"
        isOptional
        value={own.some((one) => one.InternetGatewayId === to) ? to : ''}
        isLoading={gateways.loading}
        options={own.map((one) => ({ value: one.InternetGatewayId, label: one.InternetGatewayId }))}
        onChange={setTo}
      />
      <TextField
        label="Target"
        value={to}
        onChange={(text) => setTo(text.trim())}
        problem={problem}
        placeholder="igw-, nat-, eni-, i-, pcx-, eigw-"
      />
    </ActionDialog>
  );
}

function Routes({ table }: { table: RouteTable }) {
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<Route>();
  const routes = table.Routes ?? [];
  return (
    <>
      <Table
        items={routes}
        trackBy={destination}
        variant="container"
        ariaLabels={{ tableLabel: 'Routes' }}
        header={
          <Header counter={`(${routes.length})`} actions={<Button onClick={() => setAdding(true)}>Add route</Button>}>
            Routes
          </Header>
        }
        columnDefinitions={[
          { id: 'to', header: 'Destination', cell: destination, isRowHeader: true },
          { id: 'target', header: 'Target', cell: (route) => <IdLink id={target(route)} /> },
          {
            id: 'state',
            header: 'Status',
            cell: (route) => <Status status={route.State} type={route.State === 'blackhole' ? 'error' : undefined} />,
          },
          { id: 'origin', header: 'Origin', cell: (route) => (route.Origin === 'CreateRouteTable' ? 'Local' : 'Added') },
          {
            id: 'remove',
            header: 'Action',
            cell: (route) =>
              route.Origin !== 'CreateRouteTable' && (
                <Button
                  variant="inline-link"
                  ariaLabel={`Remove the route to ${destination(route)}`}
                  onClick={() => setRemoved(route)}
                >
                  Remove
                </Button>
              ),
          },
        ]}
        empty={<Box textAlign="center">There are no routes.</Box>}
      />
      {adding && <AddRoute table={table} onClose={() => setAdding(false)} />}
      {removed && (
        <ActionDialog
          title={`Remove the route to ${destination(removed)}?`}
          submit="Remove"
          success="The route was removed."
          onClose={() => setRemoved(undefined)}
          steps={[
            {
              service: 'ec2',
              operation: 'DeleteRoute',
              input: { RouteTableId: table.RouteTableId, ...destinationMember(destination(removed)) },
            },
          ]}
        />
      )}
    </>
  );
}

function Associate({ table, onClose }: { table: RouteTable; onClose: () => void }) {
  const subnets = useSubnets();
  const [subnet, setSubnet] = useState('');
  return (
    <ActionDialog
      title="Associate a subnet"
      submit="Associate"
      success="The subnet was associated."
      onClose={onClose}
      isValid={subnet !== ''}
      steps={[
        {
          service: 'ec2',
          operation: 'AssociateRouteTable',
          input: { RouteTableId: table.RouteTableId, SubnetId: subnet || 'SUBNET_ID' },
        },
      ]}
    >
      <SelectField
        label="Subnet"
        value={subnet}
        options={subnetChoices(subnets.data, table.VpcId)}
        isLoading={subnets.loading}
        onChange={setSubnet}
      />
    </ActionDialog>
  );
}

function Associations({ table }: { table: RouteTable }) {
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<string>();
  const explicit = (table.Associations ?? []).filter((one) => !one.Main);
  return (
    <>
      <Table
        items={explicit}
        trackBy="RouteTableAssociationId"
        variant="container"
        ariaLabels={{ tableLabel: 'Subnet associations' }}
        header={
          <Header
            counter={`(${explicit.length})`}
            actions={<Button onClick={() => setAdding(true)}>Associate a subnet</Button>}
          >
            Explicit subnet associations
          </Header>
        }
        columnDefinitions={[
          { id: 'subnet', header: 'Subnet', cell: (one) => <IdLink id={one.SubnetId ?? one.GatewayId} />, isRowHeader: true },
          { id: 'id', header: 'Association ID', cell: (one) => one.RouteTableAssociationId },
          { id: 'state', header: 'State', cell: (one) => <Status status={one.AssociationState?.State} /> },
          {
            id: 'remove',
            header: 'Action',
            cell: (one) => (
              <Button
                variant="inline-link"
                ariaLabel={`Disassociate ${one.SubnetId}`}
                onClick={() => setRemoved(one.RouteTableAssociationId)}
              >
                Disassociate
              </Button>
            ),
          },
        ]}
        empty={
          <Box textAlign="center">
            No subnet is associated explicitly.
            {isMain(table) && ' This is the main route table: it holds for subnets without one.'}
          </Box>
        }
      />
      {adding && <Associate table={table} onClose={() => setAdding(false)} />}
      {removed && (
        <ActionDialog
          title="Disassociate the subnet?"
          submit="Disassociate"
          success="The subnet was disassociated."
          onClose={() => setRemoved(undefined)}
          steps={[{ service: 'ec2', operation: 'DisassociateRouteTable', input: { AssociationId: removed } }]}
        >
          <div>The main route table of the VPC holds for it afterwards.</div>
        </ActionDialog>
      )}
    </>
  );
}

export function RouteTableDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ RouteTables?: RouteTable[] }>('ec2', 'DescribeRouteTables', { RouteTableIds: [id] });
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.RouteTables?.[0]}
        missing="There is no such route table in this Region."
        actions={(table) => (
          <Button
            disabled={isMain(table)}
            disabledReason="The main route table of a VPC is deleted with it."
            onClick={() => setDeleting(true)}
          >
            Delete route table
          </Button>
        )}
        summary={(table) => [
          { label: 'Name', value: nameOf(table.Tags) },
          { label: 'VPC', value: <IdLink id={table.VpcId} /> },
          { label: 'Main', value: yesNo(isMain(table)) },
          { label: 'Owner ID', value: table.OwnerId },
        ]}
      >
        {(table) => (
          <PageTabs
            tabs={[
              { id: 'routes', label: 'Routes', content: <Routes table={table} /> },
              { id: 'subnets', label: 'Subnet associations', content: <Associations table={table} /> },
              {
                id: 'tags',
                label: 'Tags',
                content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={table.Tags ?? []} />,
              },
            ]}
          />
        )}
      </ResourcePage>
      {deleting && (
        <DeleteDialog
          title={`Delete ${id}?`}
          name={id}
          success={`${id} was deleted.`}
          onClose={() => setDeleting(false)}
          onDone={() => navigate('/vpc/route-tables')}
          steps={[{ service: 'ec2', operation: 'DeleteRouteTable', input: { RouteTableId: id } }]}
        />
      )}
    </>
  );
}
