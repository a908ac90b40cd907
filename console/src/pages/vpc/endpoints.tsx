import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { ResourceTable, Status, Time, useQuery, type Tag } from '@/kit';
import { DeleteDialog } from '../resources/actions';
import { MultiselectField, SelectField, TextField } from '../resources/fields';
import { nameOf, yesNo } from '../resources/format';
import { FormPage } from '../resources/form-page';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { compact, type Output } from '../resources/steps';
import { TagsContainer, TagsPanel } from '../resources/tags-panel';
import { useForm, type Problems } from '../resources/use-form';
import { IdLink, IdLinks, endpointPath, idColumn, nameColumn, routeTableSource, searchText, vpcColumn } from './columns';
import { defaultVpc, groupChoices, subnetChoices, useGroups, useSubnets, useVpcs, vpcChoices } from './lookups';
import { useAll } from '../resources/use-all';
import type { VpcEndpoint } from './types';

const isInTransition = (endpoint?: VpcEndpoint) => ['pending', 'deleting'].includes(endpoint?.State?.toLowerCase() ?? '');

export function EndpointList() {
  const navigate = useNavigate();
  const create = (
    <Button variant="primary" onClick={() => navigate('/vpc/endpoints/create')}>
      Create endpoint
    </Button>
  );
  return (
    <ResourceTable<VpcEndpoint>
      name="vpc-endpoints"
      title="Endpoints"
      variant="full-page"
      source={{ service: 'ec2', operation: 'DescribeVpcEndpoints', items: (out) => out.VpcEndpoints }}
      idOf={(endpoint) => endpoint.VpcEndpointId}
      inTransition={isInTransition}
      search={{
        placeholder: 'Find endpoints',
        text: (one) => searchText(one.VpcEndpointId, nameOf(one.Tags), one.ServiceName, one.VpcId),
      }}
      columns={[
        nameColumn<VpcEndpoint>(),
        idColumn<VpcEndpoint>('VPC endpoint ID', (endpoint) => endpoint.VpcEndpointId),
        { id: 'type', header: 'Type', cell: (one) => one.VpcEndpointType, sort: (one) => one.VpcEndpointType, width: 130 },
        { id: 'state', header: 'Status', cell: (one) => <Status status={one.State} />, sort: (one) => one.State, width: 140 },
        { id: 'service', header: 'Service name', cell: (one) => one.ServiceName, sort: (one) => one.ServiceName, width: 260 },
        vpcColumn<VpcEndpoint>(),
        { id: 'created', header: 'Created', cell: (one) => <Time at={one.CreationTimestamp} />, hidden: true },
      ]}
      actions={() => create}
      empty={{
        title: 'No endpoints',
        text: 'An endpoint leads from a VPC to an AWS service without an internet gateway.',
        action: create,
      }}
    />
  );
}

interface EndpointValues {
  name: string;
  service: string;
  type: string;
  vpc: string;
  subnets: string[];
  groups: string[];
  tables: string[];
  tags: Tag[];
}

function checkEndpoint(values: EndpointValues): Problems<EndpointValues> {
  return values.service ? {} : { service: 'Choose a service.' };
}

interface EndpointService {
  ServiceName?: string;
  ServiceType?: { ServiceType?: string }[];
}

const endpointIdOf = (outputs: Output[]) => String((outputs[0]?.VpcEndpoint as VpcEndpoint | undefined)?.VpcEndpointId ?? '');

export function EndpointCreate() {
  const form = useForm<EndpointValues>(
    { name: '', service: '', type: 'Interface', vpc: '', subnets: [], groups: [], tables: [], tags: [] },
    checkEndpoint,
  );
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const subnets = useSubnets();
  const groups = useGroups();
  const services = useAll<EndpointService>({
    service: 'ec2',
    operation: 'DescribeVpcEndpointServices',
    items: (out) => out.ServiceDetails,
  });
  const tables = useAll(routeTableSource());
  const vpc = values.vpc || defaultVpc(vpcs.data);
  const fitting = (services.data ?? []).filter((one) => one.ServiceType?.some((type) => type.ServiceType === values.type));
  const isGateway = values.type === 'Gateway';
  const tags = [...(values.name ? [{ Key: 'Name', Value: values.name }] : []), ...values.tags.filter((tag) => tag.Key)];
  const input = compact({
    VpcEndpointType: values.type,
    VpcId: vpc,
    ServiceName: values.service,
    RouteTableIds: isGateway ? values.tables : [],
    SubnetIds: isGateway ? [] : values.subnets,
    SecurityGroupIds: isGateway ? [] : values.groups,
    TagSpecifications: tags.length > 0 ? [{ ResourceType: 'vpc-endpoint', Tags: tags }] : [],
  });
  return (
    <FormPage
      title="Create endpoint"
      submit="Create endpoint"
      cancel="/vpc/endpoints"
      isValid={form.isValid}
      onInvalid={form.showProblems}
      steps={[{ service: 'ec2', operation: 'CreateVpcEndpoint', input }]}
      success={(outputs) => `Endpoint ${endpointIdOf(outputs)} was created.`}
      next={(outputs) => endpointPath(endpointIdOf(outputs))}
    >
      <Container header={<Header variant="h2">Endpoint settings</Header>}>
        <SpaceBetween size="l">
          <TextField label="Name" isOptional value={values.name} onChange={(name) => set({ name })} />
          <SelectField
            label="Type"
            value={values.type}
            onChange={(type) => set({ type, service: '' })}
            options={[
              { value: 'Interface', label: 'Interface', description: 'A network interface in your subnets' },
              { value: 'Gateway', label: 'Gateway', description: 'A target of routes' },
            ]}
          />
          <SelectField
            label="Service"
            value={values.service}
            isLoading={services.loading}
            problem={problem('service')}
            options={fitting.map((one) => ({ value: one.ServiceName ?? '', label: one.ServiceName }))}
            onChange={(service) => set({ service })}
          />
          <SelectField
            label="VPC"
            value={vpc}
            options={vpcChoices(vpcs.data)}
            isLoading={vpcs.loading}
            onChange={(next) => set({ vpc: next, subnets: [], groups: [], tables: [] })}
          />
          {isGateway ? (
            <MultiselectField
              label="Route tables"
              values={values.tables}
              onChange={(next) => set({ tables: next })}
              isLoading={tables.loading}
              options={(tables.data ?? [])
                .filter((one) => one.VpcId === vpc)
                .map((one) => ({ value: one.RouteTableId, label: one.RouteTableId }))}
            />
          ) : (
            <>
              <MultiselectField
                label="Subnets"
                values={values.subnets}
                options={subnetChoices(subnets.data, vpc)}
                isLoading={subnets.loading}
                onChange={(next) => set({ subnets: next })}
              />
              <MultiselectField
                label="Security groups"
                values={values.groups}
                options={groupChoices(groups.data, vpc)}
                isLoading={groups.loading}
                onChange={(next) => set({ groups: next })}
              />
            </>
          )}
        </SpaceBetween>
      </Container>
      <TagsContainer tags={values.tags} onChange={(next) => set({ tags: next })} />
    </FormPage>
  );
}

function policyText(document?: string): string {
  try {
    return JSON.stringify(JSON.parse(document ?? ''), null, 2);
  } catch {
    return document ?? '';
  }
}

export function EndpointDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ VpcEndpoints?: VpcEndpoint[] }>(
    'ec2',
    'DescribeVpcEndpoints',
    { VpcEndpointIds: [id] },
    { poll: (out) => isInTransition(out.VpcEndpoints?.[0]) },
  );
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.VpcEndpoints?.[0]}
        missing="There is no such endpoint in this Region."
        actions={() => <Button onClick={() => setDeleting(true)}>Delete endpoint</Button>}
        summary={(one) => [
          { label: 'Name', value: nameOf(one.Tags) },
          { label: 'Status', value: <Status status={one.State} /> },
          { label: 'Type', value: one.VpcEndpointType },
          { label: 'Service name', value: one.ServiceName },
          { label: 'VPC', value: <IdLink id={one.VpcId} /> },
          { label: 'Subnets', value: <IdLinks ids={one.SubnetIds} /> },
          { label: 'Route tables', value: <IdLinks ids={one.RouteTableIds} /> },
          { label: 'Security groups', value: <IdLinks ids={one.Groups?.map((group) => group.GroupId)} /> },
          { label: 'Private DNS names', value: yesNo(one.PrivateDnsEnabled) },
          { label: 'DNS names', value: one.DnsEntries?.map((entry) => entry.DnsName).join(', ') },
          { label: 'Network interfaces', value: one.NetworkInterfaceIds?.join(', ') },
          { label: 'Created', value: <Time at={one.CreationTimestamp} /> },
        ]}
      >
        {(one) => (
          <PageTabs
            tabs={[
              {
                id: 'policy',
                label: 'Policy',
                content: (
                  <Panel title="Policy">
                    <pre className="kit-code" tabIndex={0}>
                      {policyText(one.PolicyDocument)}
                    </pre>
                  </Panel>
                ),
              },
              { id: 'tags', label: 'Tags', content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={one.Tags ?? []} /> },
            ]}
          />
        )}
      </ResourcePage>
      {deleting && (
        <DeleteDialog
          title={`Delete ${id}?`}
          name={id}
          success={`${id} is being deleted.`}
          onClose={() => setDeleting(false)}
          onDone={() => navigate('/vpc/endpoints')}
          steps={[{ service: 'ec2', operation: 'DeleteVpcEndpoints', input: { VpcEndpointIds: [id] } }]}
        />
      )}
    </>
  );
}
