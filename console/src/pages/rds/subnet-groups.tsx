import Button from '@cloudscape-design/components/button';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, LoadedPart, ResourceTable, Status, useQuery, type Tag } from '@/kit';
import { DeleteDialog } from '../resources/actions';
import { MultiselectField, SelectField, TextField } from '../resources/fields';
import { FormPage } from '../resources/form-page';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { AskedTagsPanel, TagsContainer } from '../resources/tags-panel';
import { useForm, type Problems } from '../resources/use-form';
import { IdLink } from '../vpc/columns';
import { defaultVpc, subnetChoices, useSubnets, useVpcs, vpcChoices } from '../vpc/lookups';
import { subnetGroupPath } from './lookups';
import type { SubnetGroup } from './types';

export function SubnetGroupList() {
  const navigate = useNavigate();
  const create = <Button variant="primary" onClick={() => navigate('/rds/subnet-groups/create')}>Create DB subnet group</Button>;
  return (
    <ResourceTable<SubnetGroup> name="rds-subnet-groups" title="Subnet groups" variant="full-page"
      source={{ service: 'rds', operation: 'DescribeDBSubnetGroups', items: (out) => out.DBSubnetGroups }} idOf={(group) => group.DBSubnetGroupName ?? ''}
      search={{ placeholder: 'Filter subnet groups', text: (group) => `${group.DBSubnetGroupName} ${group.DBSubnetGroupDescription} ${group.VpcId}` }}
      columns={[
        { id: 'name', header: 'Name', isRowHeader: true, sort: (group) => group.DBSubnetGroupName, width: 220,
          cell: (group) => <AppLink to={subnetGroupPath(group.DBSubnetGroupName ?? '')}>{group.DBSubnetGroupName}</AppLink> },
        { id: 'description', header: 'Description', cell: (group) => group.DBSubnetGroupDescription, width: 260 },
        { id: 'status', header: 'Status', cell: (group) => <Status status={group.SubnetGroupStatus} type="success" />, width: 130 },
        { id: 'vpc', header: 'VPC', cell: (group) => <IdLink id={group.VpcId} />, sort: (group) => group.VpcId, width: 220 },
        { id: 'subnets', header: 'Subnets', cell: (group) => group.Subnets?.length ?? 0, sort: (group) => group.Subnets?.length, width: 110 },
      ]}
      actions={() => create}
      empty={{ title: 'No subnet groups', text: 'RDS makes the group "default" with the first database in the default VPC.', action: create }} />
  );
}

interface Values {
  name: string;
  description: string;
  vpc: string;
  subnets: string[];
  tags: Tag[];
}

function check(values: Values): Problems<Values> {
  const out: Problems<Values> = {};
  if (!values.name.trim()) out.name = 'Enter a name.';
  if (!values.description.trim()) out.description = 'Enter a description.';
  if (values.subnets.length < 2) out.subnets = 'Choose subnets in two Availability Zones at least.';
  return out;
}

function SubnetGroupForm({ group }: { group?: SubnetGroup }) {
  const isNew = group === undefined;
  const form = useForm<Values>({
    name: group?.DBSubnetGroupName ?? '', description: group?.DBSubnetGroupDescription ?? '', vpc: group?.VpcId ?? '',
    subnets: group?.Subnets?.map((one) => one.SubnetIdentifier ?? '') ?? [], tags: [],
  }, check);
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const subnets = useSubnets();
  const vpc = values.vpc || defaultVpc(vpcs.data);
  const name = values.name.trim().toLowerCase();
  const input = compact({
    DBSubnetGroupName: isNew ? values.name.trim() : group.DBSubnetGroupName, DBSubnetGroupDescription: values.description, SubnetIds: values.subnets,
    Tags: isNew ? values.tags.filter((tag) => tag.Key) : [],
  });
  return (
    <FormPage title={isNew ? 'Create DB subnet group' : `Edit DB subnet group: ${name}`} submit={isNew ? 'Create' : 'Save'} isValid={form.isValid} onInvalid={form.showProblems}
      cancel={isNew ? '/rds/subnet-groups' : subnetGroupPath(name)} next={() => subnetGroupPath(name)} success={() => `DB subnet group ${name} was ${isNew ? 'created' : 'changed'}.`}
      steps={[{ service: 'rds', operation: isNew ? 'CreateDBSubnetGroup' : 'ModifyDBSubnetGroup', input }]}>
      <Container header={<Header variant="h2">Subnet group details</Header>}>
        <SpaceBetween size="l">
          {isNew && <TextField label="Name" value={values.name} onChange={(next) => set({ name: next })} problem={problem('name')} />}
          <TextField label="Description" value={values.description} onChange={(description) => set({ description })} problem={problem('description')} />
          {isNew && <SelectField label="VPC" value={vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading} onChange={(next) => set({ vpc: next, subnets: [] })} />}
          <MultiselectField label="Subnets" values={values.subnets} options={subnetChoices(subnets.data, vpc)} isLoading={subnets.loading} problem={problem('subnets')}
            onChange={(next) => set({ subnets: next })} />
        </SpaceBetween>
      </Container>
      {isNew && <TagsContainer tags={values.tags} onChange={(tags) => set({ tags })} />}
    </FormPage>
  );
}

export const SubnetGroupCreate = () => <SubnetGroupForm />;

export function SubnetGroupEdit() {
  const { name = '' } = useParams();
  const asked = useQuery<{ DBSubnetGroups?: SubnetGroup[] }>('rds', 'DescribeDBSubnetGroups', { DBSubnetGroupName: name }, { changesOf: [] });
  return <LoadedPart from={asked}>{(out) => out.DBSubnetGroups?.[0] && <SubnetGroupForm group={out.DBSubnetGroups[0]} />}</LoadedPart>;
}

export function SubnetGroupDetail() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ DBSubnetGroups?: SubnetGroup[] }>('rds', 'DescribeDBSubnetGroups', { DBSubnetGroupName: name });
  return (
    <>
      <ResourcePage title={name} from={asked} pick={(out) => out.DBSubnetGroups?.[0]} missing="There is no such subnet group in this Region."
        actions={() => (
          <>
            <Button onClick={() => navigate(`${subnetGroupPath(name)}/edit`)}>Edit</Button>
            <Button onClick={() => setDeleting(true)}>Delete</Button>
          </>
        )}
        summary={(group) => [
          { label: 'Description', value: group.DBSubnetGroupDescription },
          { label: 'VPC ID', value: <IdLink id={group.VpcId} /> },
          { label: 'Status', value: <Status status={group.SubnetGroupStatus} type="success" /> },
          { label: 'ARN', value: <Copyable text={group.DBSubnetGroupArn} /> },
        ]}>
        {(group) => (
          <PageTabs tabs={[
            { id: 'subnets', label: 'Subnets', content: (
              <Table items={group.Subnets ?? []} trackBy="SubnetIdentifier" header={<Header counter={`(${group.Subnets?.length ?? 0})`}>Subnets</Header>}
                columnDefinitions={[
                  { id: 'id', header: 'Subnet ID', cell: (one) => <IdLink id={one.SubnetIdentifier} />, isRowHeader: true },
                  { id: 'zone', header: 'Availability Zone', cell: (one) => one.SubnetAvailabilityZone?.Name },
                  { id: 'status', header: 'Status', cell: (one) => <Status status={one.SubnetStatus} /> },
                ]}
                empty={<Box textAlign="center">There are no subnets.</Box>} />
            ) },
            { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'rds', resource: group.DBSubnetGroupArn ?? '' }} /> },
          ]} />
        )}
      </ResourcePage>
      {deleting && (
        <DeleteDialog title={`Delete ${name}?`} name={name} success={`DB subnet group ${name} was deleted.`} onClose={() => setDeleting(false)}
          onDone={() => navigate('/rds/subnet-groups')} steps={[{ service: 'rds', operation: 'DeleteDBSubnetGroup', input: { DBSubnetGroupName: name } }]} />
      )}
    </>
  );
}
