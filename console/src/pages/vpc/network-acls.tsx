import Button from '@cloudscape-design/components/button';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { ResourceTable, Status, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { nameOf, yesNo } from '../resources/format';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { TagsPanel } from '../resources/tags-panel';
import { IdLink, IdLinks, idColumn, nameColumn, searchText, vpcColumn } from './columns';
import { parsePorts } from './groups/rules';
import { defaultVpc, useVpcs, vpcChoices } from './lookups';
import type { AclEntry, NetworkAcl } from './types';

const subnetsOf = (acl: NetworkAcl) => (acl.Associations ?? []).map((one) => one.SubnetId);

export function AclsTable({ filters, isPage }: { filters?: unknown[]; isPage?: boolean }) {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ResourceTable<NetworkAcl>
        name="vpc-acls"
        title="Network ACLs"
        variant={isPage ? 'full-page' : 'container'}
        source={{
          service: 'ec2',
          operation: 'DescribeNetworkAcls',
          input: filters ? { Filters: filters } : {},
          items: (out) => out.NetworkAcls,
        }}
        idOf={(acl) => acl.NetworkAclId}
        search={{ placeholder: 'Find network ACLs', text: (acl) => searchText(acl.NetworkAclId, nameOf(acl.Tags), acl.VpcId) }}
        columns={[
          nameColumn<NetworkAcl>(),
          idColumn<NetworkAcl>('Network ACL ID', (acl) => acl.NetworkAclId),
          {
            id: 'subnets',
            header: 'Associated with',
            width: 220,
            cell: (acl) => (subnetsOf(acl).length > 2 ? `${subnetsOf(acl).length} subnets` : <IdLinks ids={subnetsOf(acl)} />),
          },
          {
            id: 'default',
            header: 'Default',
            cell: (acl) => yesNo(acl.IsDefault),
            sort: (acl) => String(acl.IsDefault),
            width: 110,
          },
          { id: 'in', header: 'Inbound rules', cell: (acl) => entriesOf(acl, false).length, width: 130 },
          { id: 'out', header: 'Outbound rules', cell: (acl) => entriesOf(acl, true).length, width: 140 },
          vpcColumn<NetworkAcl>(),
        ]}
        actions={() =>
          isPage && (
            <Button variant="primary" onClick={() => setCreating(true)}>
              Create network ACL
            </Button>
          )
        }
      />
      {creating && <CreateAcl onClose={() => setCreating(false)} />}
    </>
  );
}

export const AclList = () => <AclsTable isPage />;

const entriesOf = (acl: NetworkAcl, egress: boolean) =>
  (acl.Entries ?? []).filter((entry) => entry.Egress === egress).sort((a, b) => (a.RuleNumber ?? 0) - (b.RuleNumber ?? 0));

function CreateAcl({ onClose }: { onClose: () => void }) {
  const vpcs = useVpcs();
  const [chosen, setChosen] = useState('');
  const [name, setName] = useState('');
  const vpc = chosen || defaultVpc(vpcs.data);
  const tags = name ? [{ ResourceType: 'network-acl', Tags: [{ Key: 'Name', Value: name }] }] : [];
  return (
    <ActionDialog
      title="Create network ACL"
      submit="Create network ACL"
      success="The network ACL was created. It denies all until it has rules."
      onClose={onClose}
      steps={[{ service: 'ec2', operation: 'CreateNetworkAcl', input: compact({ VpcId: vpc, TagSpecifications: tags }) }]}
    >
      <TextField label="Name" isOptional value={name} onChange={setName} />
      <SelectField label="VPC" value={vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading} onChange={setChosen} />
    </ActionDialog>
  );
}

const last_rule_number = 32767; // the one that denies what no other rule decides
const protocolNames: Record<string, string> = { '-1': 'All', 6: 'TCP', 17: 'UDP', 1: 'ICMP', 58: 'ICMPv6' };

function portsOf(entry: AclEntry): string {
  const range = entry.PortRange;
  if (!range) return 'All';
  return range.From === range.To ? String(range.From) : `${range.From} - ${range.To}`;
}

function AddEntry({ acl, egress, onClose }: { acl: string; egress: boolean; onClose: () => void }) {
  const [number, setNumber] = useState('110');
  const [protocol, setProtocol] = useState('6');
  const [ports, setPorts] = useState('');
  const [block, setBlock] = useState('0.0.0.0/0');
  const [action, setAction] = useState('allow');
  const needsPorts = protocol === '6' || protocol === '17';
  const range = parsePorts(ports);
  const input = {
    NetworkAclId: acl,
    RuleNumber: Number(number),
    Protocol: protocol,
    RuleAction: action,
    Egress: egress,
    ...(block.includes(':') ? { Ipv6CidrBlock: block.trim() } : { CidrBlock: block.trim() }),
    ...(needsPorts && range ? { PortRange: { From: range.from, To: range.to } } : {}),
  };
  return (
    <ActionDialog
      title={`Add ${egress ? 'outbound' : 'inbound'} rule`}
      submit="Add rule"
      success="The rule was added."
      onClose={onClose}
      isValid={/^\d+$/.test(number) && (!needsPorts || range !== undefined)}
      steps={[{ service: 'ec2', operation: 'CreateNetworkAclEntry', input }]}
    >
      <TextField
        label="Rule number"
        value={number}
        onChange={setNumber}
        inputMode="numeric"
        hint="From 1 to 32766; the lowest that fits decides."
      />
      <SelectField
        label="Protocol"
        value={protocol}
        onChange={setProtocol}
        options={[
          { value: '6', label: 'TCP' },
          { value: '17', label: 'UDP' },
          { value: '-1', label: 'All traffic' },
        ]}
      />
      {needsPorts && (
        <TextField
          label="Port range"
          value={ports}
          onChange={setPorts}
          placeholder="5432 or 1024-65535"
          problem={ports && !range ? 'Enter a port or a range.' : undefined}
        />
      )}
      <TextField label={egress ? 'Destination' : 'Source'} value={block} onChange={setBlock} />
      <SelectField
        label="Allow or deny"
        value={action}
        onChange={setAction}
        options={[
          { value: 'allow', label: 'Allow' },
          { value: 'deny', label: 'Deny' },
        ]}
      />
    </ActionDialog>
  );
}

function Entries({ acl, egress }: { acl: NetworkAcl; egress: boolean }) {
  const [adding, setAdding] = useState(false);
  const [removed, setRemoved] = useState<AclEntry>();
  const entries = entriesOf(acl, egress);
  const title = egress ? 'Outbound rules' : 'Inbound rules';
  return (
    <>
      <Table
        items={entries}
        trackBy={(entry) => `${entry.RuleNumber} ${entry.CidrBlock ?? entry.Ipv6CidrBlock}`}
        ariaLabels={{ tableLabel: title }}
        header={
          <Header counter={`(${entries.length})`} actions={<Button onClick={() => setAdding(true)}>Add rule</Button>}>
            {title}
          </Header>
        }
        columnDefinitions={[
          {
            id: 'number',
            header: 'Rule number',
            cell: (entry) => (entry.RuleNumber === last_rule_number ? '*' : entry.RuleNumber),
            isRowHeader: true,
          },
          { id: 'protocol', header: 'Protocol', cell: (entry) => protocolNames[entry.Protocol ?? ''] ?? entry.Protocol },
          { id: 'ports', header: 'Port range', cell: portsOf },
          { id: 'block', header: egress ? 'Destination' : 'Source', cell: (entry) => entry.CidrBlock ?? entry.Ipv6CidrBlock },
          {
            id: 'action',
            header: 'Allow/Deny',
            cell: (entry) => <Status status={entry.RuleAction} type={entry.RuleAction === 'allow' ? 'success' : 'stopped'} />,
          },
          {
            id: 'remove',
            header: 'Action',
            cell: (entry) =>
              entry.RuleNumber !== last_rule_number && (
                <Button variant="inline-link" ariaLabel={`Remove rule ${entry.RuleNumber}`} onClick={() => setRemoved(entry)}>
                  Remove
                </Button>
              ),
          },
        ]}
        empty={<Box textAlign="center">There are no rules.</Box>}
      />
      {adding && <AddEntry acl={acl.NetworkAclId} egress={egress} onClose={() => setAdding(false)} />}
      {removed && (
        <ActionDialog
          title={`Remove rule ${removed.RuleNumber}?`}
          submit="Remove"
          success="The rule was removed."
          onClose={() => setRemoved(undefined)}
          steps={[
            {
              service: 'ec2',
              operation: 'DeleteNetworkAclEntry',
              input: { NetworkAclId: acl.NetworkAclId, RuleNumber: removed.RuleNumber, Egress: egress },
            },
          ]}
        />
      )}
    </>
  );
}

export function AclDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const asked = useQuery<{ NetworkAcls?: NetworkAcl[] }>('ec2', 'DescribeNetworkAcls', { NetworkAclIds: [id] });
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.NetworkAcls?.[0]}
        missing="There is no such network ACL in this Region."
        actions={(acl) => (
          <Button
            disabled={acl.IsDefault}
            disabledReason="The default network ACL of a VPC is deleted with it."
            onClick={() => setDeleting(true)}
          >
            Delete network ACL
          </Button>
        )}
        summary={(acl) => [
          { label: 'Name', value: nameOf(acl.Tags) },
          { label: 'VPC', value: <IdLink id={acl.VpcId} /> },
          { label: 'Default', value: yesNo(acl.IsDefault) },
          { label: 'Associated subnets', value: <IdLinks ids={subnetsOf(acl)} /> },
        ]}
      >
        {(acl) => (
          <PageTabs
            tabs={[
              { id: 'in', label: 'Inbound rules', content: <Entries acl={acl} egress={false} /> },
              { id: 'out', label: 'Outbound rules', content: <Entries acl={acl} egress /> },
              { id: 'tags', label: 'Tags', content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={acl.Tags ?? []} /> },
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
          onDone={() => navigate('/vpc/network-acls')}
          steps={[{ service: 'ec2', operation: 'DeleteNetworkAcl', input: { NetworkAclId: id } }]}
        />
      )}
    </>
  );
}
