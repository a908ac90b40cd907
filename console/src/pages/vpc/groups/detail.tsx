import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { Copyable, ResourceTable, Status, useQuery } from '@/kit';
import { DeleteDialog } from '../../resources/actions';
import { PageTabs, ResourcePage } from '../../resources/resource-page';
import { TagsPanel } from '../../resources/tags-panel';
import { groupPath, IdLink } from '../columns';
import { useAll } from '../../resources/use-all';
import type { NetworkInterface, SecurityGroup } from '../types';
import { peerOf, portsText, protocolText, typeLabel, type SecurityGroupRule } from './rules';

export const rulesOf = (group: string) => ({
  service: 'ec2', operation: 'DescribeSecurityGroupRules', input: { Filters: [{ Name: 'group-id', Values: [group] }] },
  items: (out: { SecurityGroupRules?: SecurityGroupRule[] }) => out.SecurityGroupRules,
});

function Rules({ group, egress }: { group: string; egress: boolean }) {
  const navigate = useNavigate();
  const side = egress ? 'outbound' : 'inbound';
  const title = egress ? 'Outbound rules' : 'Inbound rules';
  return (
    <ResourceTable<SecurityGroupRule> name={`vpc-rules-${side}`} title={title} source={rulesOf(group)}
      arrange={egress ? onlyOutbound : onlyInbound} idOf={(rule) => rule.SecurityGroupRuleId ?? ''}
      columns={[
        { id: 'id', header: 'Security group rule ID', cell: (rule) => rule.SecurityGroupRuleId, isRowHeader: true, width: 220 },
        { id: 'type', header: 'Type', cell: typeLabel, sort: typeLabel, width: 140 },
        { id: 'protocol', header: 'Protocol', cell: (rule) => protocolText(rule.IpProtocol), width: 110 },
        { id: 'ports', header: 'Port range', cell: portsText, sort: (rule) => rule.FromPort, width: 150 },
        { id: 'peer', header: egress ? 'Destination' : 'Source', cell: (rule) => <IdLink id={peerOf(rule)} />, sort: peerOf, width: 220 },
        { id: 'description', header: 'Description', cell: (rule) => rule.Description || '-', width: 220 },
      ]}
      actions={() => <Button onClick={() => navigate(`${groupPath(group)}/edit-${side}-rules`)}>Edit {side} rules</Button>}
      empty={{ title: `No ${side} rules`, text: egress ? 'Nothing in this group can connect to others.' : 'Nobody can connect to what is in this group.' }} />
  );
}

const onlyOutbound = (rules: SecurityGroupRule[]) => rules.filter((rule) => rule.IsEgress);
const onlyInbound = (rules: SecurityGroupRule[]) => rules.filter((rule) => !rule.IsEgress);

// What the group protects: network interfaces of databases, caches, instances and endpoints.
function Members({ group }: { group: string }) {
  const all = useAll<NetworkInterface>({
    service: 'ec2', operation: 'DescribeNetworkInterfaces', input: { Filters: [{ Name: 'group-id', Values: [group] }] },
    items: (out) => out.NetworkInterfaces,
  });
  const items = all.data ?? [];
  return (
    <Table items={items} trackBy="NetworkInterfaceId" loading={all.loading} loadingText="Loading network interfaces"
      header={<Header counter={all.data && `(${items.length})`} description="Network interfaces of databases, caches, instances and endpoints in this group.">
        Associated network interfaces</Header>}
      columnDefinitions={[
        { id: 'id', header: 'Network interface ID', cell: (item) => item.NetworkInterfaceId, isRowHeader: true },
        { id: 'description', header: 'Description', cell: (item) => item.Description || '-' },
        { id: 'address', header: 'Private IPv4 address', cell: (item) => item.PrivateIpAddress },
        { id: 'subnet', header: 'Subnet', cell: (item) => <IdLink id={item.SubnetId} /> },
        { id: 'status', header: 'Status', cell: (item) => <Status status={item.Status} /> },
      ]}
      empty={<Box textAlign="center" color="text-body-secondary">{all.error ? `${all.error.code}: ${all.error.message}` : 'Nothing is in this group.'}</Box>} />
  );
}

const entriesText = (entries?: unknown[]) => `${entries?.length ?? 0} permission ${entries?.length === 1 ? 'entry' : 'entries'}`;

export function GroupDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ SecurityGroups?: SecurityGroup[] }>('ec2', 'DescribeSecurityGroups', { GroupIds: [id] });
  const group = asked.data?.SecurityGroups?.[0];
  return (
    <>
      <ResourcePage title={group ? `${id} - ${group.GroupName}` : id} from={asked} pick={(out) => out.SecurityGroups?.[0]}
        missing="There is no such security group in this Region."
        actions={(item) => <Button disabled={item.GroupName === 'default'} disabledReason="The default group of a VPC is deleted with it."
          onClick={() => setDeleting(true)}>Delete security group</Button>}
        summary={(item) => [
          { label: 'Security group name', value: item.GroupName },
          { label: 'Security group ID', value: <Copyable text={item.GroupId} /> },
          { label: 'Description', value: item.Description },
          { label: 'VPC ID', value: <IdLink id={item.VpcId} /> },
          { label: 'Owner', value: item.OwnerId },
          { label: 'Inbound rules', value: entriesText(item.IpPermissions) },
          { label: 'Outbound rules', value: entriesText(item.IpPermissionsEgress) },
        ]}>
        {(item) => (
          <PageTabs tabs={[
            { id: 'inbound', label: 'Inbound rules', content: <Rules group={id} egress={false} /> },
            { id: 'outbound', label: 'Outbound rules', content: <Rules group={id} egress /> },
            { id: 'members', label: 'Associated interfaces', content: <Members group={id} /> },
            { id: 'tags', label: 'Tags', content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={item.Tags ?? []} /> },
          ]} />
        )}
      </ResourcePage>
      {deleting && group && (
        <DeleteDialog title={`Delete ${group.GroupName}?`} name={group.GroupName ?? id} success={`Security group ${id} was deleted.`}
          onClose={() => setDeleting(false)} onDone={() => navigate('/vpc/security-groups')}
          warning="A group that is in use, or that rules of other groups name, is not deleted."
          steps={[{ service: 'ec2', operation: 'DeleteSecurityGroup', input: { GroupId: id } }]} />
      )}
    </>
  );
}
