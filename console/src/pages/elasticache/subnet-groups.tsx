import Button from '@cloudscape-design/components/button';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, ResourceTable, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { MultiselectField, SelectField, TextField } from '../resources/fields';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { AskedTagsPanel } from '../resources/tags-panel';
import { IdLink } from '../vpc/columns';
import { defaultVpc, subnetChoices, useSubnets, useVpcs, vpcChoices } from '../vpc/lookups';
import { subnetGroupPath } from './lookups';
import type { SubnetGroup } from './types';

export function SubnetGroupList() {
  const [creating, setCreating] = useState(false);
  const create = <Button variant="primary" onClick={() => setCreating(true)}>Create subnet group</Button>;
  return (
    <>
      <ResourceTable<SubnetGroup> name="elasticache-subnet-groups" title="Subnet groups" variant="full-page" idOf={(group) => group.CacheSubnetGroupName}
        source={{ service: 'elasticache', operation: 'DescribeCacheSubnetGroups', items: (out) => out.CacheSubnetGroups }}
        search={{ placeholder: 'Find subnet groups', text: (group) => `${group.CacheSubnetGroupName} ${group.CacheSubnetGroupDescription} ${group.VpcId}` }}
        columns={[
          { id: 'name', header: 'Name', isRowHeader: true, sort: (group) => group.CacheSubnetGroupName, width: 220,
            cell: (group) => <AppLink to={subnetGroupPath(group.CacheSubnetGroupName)}>{group.CacheSubnetGroupName}</AppLink> },
          { id: 'description', header: 'Description', cell: (group) => group.CacheSubnetGroupDescription || '-', width: 280 },
          { id: 'vpc', header: 'VPC ID', cell: (group) => <IdLink id={group.VpcId} />, sort: (group) => group.VpcId, width: 230 },
          { id: 'subnets', header: 'Subnets', cell: (group) => group.Subnets?.length ?? 0, sort: (group) => group.Subnets?.length, width: 110 },
        ]}
        actions={() => create}
        empty={{ title: 'No subnet groups', text: 'ElastiCache makes the group "default" with the first cache in the default VPC.', action: create }} />
      {creating && <SubnetGroupDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function SubnetGroupDialog({ group, onClose }: { group?: SubnetGroup; onClose: () => void }) {
  const isNew = group === undefined;
  const vpcs = useVpcs();
  const subnets = useSubnets();
  const [name, setName] = useState(group?.CacheSubnetGroupName ?? '');
  const [description, setDescription] = useState(group?.CacheSubnetGroupDescription ?? '');
  const [chosen, setChosen] = useState(group?.VpcId ?? '');
  const [members, setMembers] = useState(group?.Subnets?.map((one) => one.SubnetIdentifier ?? '') ?? []);
  const [tried, setTried] = useState(false);
  const vpc = chosen || defaultVpc(vpcs.data);
  return (
    <ActionDialog title={isNew ? 'Create subnet group' : `Edit ${name}`} submit={isNew ? 'Create' : 'Save'} success={`Subnet group ${name} was saved.`} onClose={onClose} isLarge
      isValid={name !== '' && members.length > 0} onInvalid={() => setTried(true)}
      steps={[{ service: 'elasticache', operation: isNew ? 'CreateCacheSubnetGroup' : 'ModifyCacheSubnetGroup', input: compact({
        CacheSubnetGroupName: name || 'NAME', CacheSubnetGroupDescription: description || (isNew ? name : undefined), SubnetIds: members }) }]}>
      {isNew && <TextField label="Name" value={name} onChange={(text) => setName(text.trim())} problem={tried && !name ? 'Enter a name.' : undefined} />}
      <TextField label="Description" isOptional value={description} onChange={setDescription} />
      {isNew && <SelectField label="VPC ID" value={vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading} onChange={(next) => { setChosen(next); setMembers([]); }} />}
      <MultiselectField label="Subnets" values={members} options={subnetChoices(subnets.data, vpc)} isLoading={subnets.loading} onChange={setMembers}
        problem={tried && members.length === 0 ? 'Choose at least one.' : undefined} />
    </ActionDialog>
  );
}

export function SubnetGroupDetail() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const close = () => setDialog(undefined);
  const asked = useQuery<{ CacheSubnetGroups?: SubnetGroup[] }>('elasticache', 'DescribeCacheSubnetGroups', { CacheSubnetGroupName: name });
  const group = asked.data?.CacheSubnetGroups?.[0];
  return (
    <>
      <ResourcePage title={name} from={asked} pick={(out) => out.CacheSubnetGroups?.[0]} missing="There is no such subnet group in this Region."
        actions={() => (
          <>
            <Button onClick={() => setDialog('edit')}>Edit</Button>
            <Button disabled={name === 'default'} onClick={() => setDialog('delete')}>Delete</Button>
          </>
        )}
        summary={(item) => [
          { label: 'Description', value: item.CacheSubnetGroupDescription }, { label: 'VPC ID', value: <IdLink id={item.VpcId} /> },
          { label: 'ARN', value: <Copyable text={item.ARN} /> },
        ]}>
        {(item) => (
          <PageTabs tabs={[
            { id: 'subnets', label: 'Subnets', content: (
              <Table items={item.Subnets ?? []} trackBy="SubnetIdentifier" header={<Header counter={`(${item.Subnets?.length ?? 0})`}>Subnets</Header>}
                columnDefinitions={[
                  { id: 'id', header: 'Subnet ID', cell: (one) => <IdLink id={one.SubnetIdentifier} />, isRowHeader: true },
                  { id: 'zone', header: 'Availability Zone', cell: (one) => one.SubnetAvailabilityZone?.Name },
                ]}
                empty={<Box textAlign="center">There are no subnets.</Box>} />
            ) },
            { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'elasticache', resource: item.ARN ?? '' }} /> },
          ]} />
        )}
      </ResourcePage>
      {dialog === 'edit' && group && <SubnetGroupDialog group={group} onClose={close} />}
      {dialog === 'delete' && (
        <DeleteDialog title={`Delete ${name}?`} name={name} success={`Subnet group ${name} was deleted.`} onClose={close} onDone={() => navigate('/elasticache/subnet-groups')}
          steps={[{ service: 'elasticache', operation: 'DeleteCacheSubnetGroup', input: { CacheSubnetGroupName: name } }]} />
      )}
    </>
  );
}
