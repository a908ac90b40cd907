// The accounts of the organization, in their tree.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import FormField from '@cloudscape-design/components/form-field';
import Icon from '@cloudscape-design/components/icon';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, Status, TagEditor, tagsAreGood, Time, useFlash, useLoad, type Tag } from '@/kit';
import { ActionModal } from '../iam/parts/action-modal';
import { compact, organizations } from '../iam/parts/api';
import { Page } from '../iam/parts/page';
import { SmallTable } from '../iam/parts/small-table';
import { stateOf, tree, type TreeNode } from './data';
import { InOrganization } from './in-organization';
import { Invite } from './invitations';
import './organizations.css';

const service = 'organizations';
const PAUSE_MILLISECONDS = 500;
// An account is made within seconds.
const QUESTIONS_MAX = 120;

async function made(requestId: string): Promise<string | undefined> {
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const { CreateAccountStatus: status } = await organizations('DescribeCreateAccountStatus', { CreateAccountRequestId: requestId });
    if (status.State !== 'IN_PROGRESS') return status.State === 'FAILED' ? status.FailureReason ?? 'FAILED' : undefined;
    await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
  }
  return 'The account is still being made.';
}

function CreateAccount({ onClose, onMade }: { onClose: () => void; onMade: () => void }) {
  const flash = useFlash();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('OrganizationAccountAccessRole');
  const [tags, setTags] = useState<Tag[]>([]);
  const follow = async (requestId: string) => {
    flash.info(`Account ${name} is being made.`);
    const failed = await made(requestId).catch((error: Error) => error.message);
    if (failed) flash.failure(new Error(failed), `Account ${name} was not made`);
    else flash.success(`Account ${name} created.`);
    onMade();
  };
  return (
    <ActionModal title="Create an AWS account" submit="Create account" ready={name !== '' && /^\S+@\S+$/.test(email) && tagsAreGood(tags)} onClose={onClose}
      steps={[{ service, operation: 'CreateAccount', input: compact({ AccountName: name, Email: email, RoleName: role, Tags: tags }) }]}
      onDone={([out]) => void follow(out.CreateAccountStatus.Id)}>
      <FormField label="AWS account name"><Input value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
      <FormField label="E-mail address of the account's owner" description="No other account may have it."><Input value={email} inputMode="email" onChange={({ detail }) => setEmail(detail.value.trim())} /></FormField>
      <FormField label="IAM role name" description="The management account may assume this role in the new account, as an administrator.">
        <Input value={role} onChange={({ detail }) => setRole(detail.value)} />
      </FormField>
      <FormField label="Tags - optional"><TagEditor tags={tags} onChange={setTags} /></FormField>
    </ActionModal>
  );
}

function UnitForm({ node, rename, onClose }: { node: TreeNode; rename: boolean; onClose: () => void }) {
  const [name, setName] = useState(rename ? node.name : '');
  return (
    <ActionModal title={rename ? `Rename ${node.name}` : `New organizational unit in ${node.name}`} submit={rename ? 'Rename' : 'Create organizational unit'}
      ready={name !== '' && name !== (rename ? node.name : '')} onClose={onClose}
      steps={[rename ? { service, operation: 'UpdateOrganizationalUnit', input: { OrganizationalUnitId: node.id, Name: name } }
        : { service, operation: 'CreateOrganizationalUnit', input: { ParentId: node.id, Name: name } }]}>
      <FormField label="Name"><Input value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
    </ActionModal>
  );
}

function Move({ node, nodes, onClose }: { node: TreeNode; nodes: TreeNode[]; onClose: () => void }) {
  const options = nodes.filter((one) => one.kind !== 'account' && one.id !== node.parent).map((one) => ({ value: one.id, label: one.name, description: one.id }));
  const [to, setTo] = useState<{ value: string; label: string } | null>(null);
  return (
    <ActionModal title={`Move ${node.name}`} submit="Move account" ready={to !== null} onClose={onClose}
      steps={to ? [{ service, operation: 'MoveAccount', input: { AccountId: node.id, SourceParentId: node.parent, DestinationParentId: to.value } }] : []}>
      <FormField label="To" description="The policies there hold at once.">
        <Select options={options} selectedOption={to} placeholder="Choose a unit" empty="There is no other unit"
          onChange={({ detail }) => setTo({ value: detail.selectedOption.value!, label: detail.selectedOption.label! })} />
      </FormField>
    </ActionModal>
  );
}

const ENDINGS: Record<string, { title: string; operation: string; member: string; text: string }> = {
  remove: { title: 'Remove from the organization', operation: 'RemoveAccountFromOrganization', member: 'AccountId', text: 'The account stands alone then; no policy of this organization limits it.' },
  close: { title: 'Close account', operation: 'CloseAccount', member: 'AccountId', text: 'Nobody can use the account any more. Everything in it is stopped.' },
  delete: { title: 'Delete organizational unit', operation: 'DeleteOrganizationalUnit', member: 'OrganizationalUnitId', text: 'It must be empty.' },
};

interface Open { what: string; node: TreeNode }

function Modals({ open, nodes, onClose }: { open: Open; nodes: TreeNode[]; onClose: () => void }) {
  const { what, node } = open;
  if (what === 'move') return <Move node={node} nodes={nodes} onClose={onClose} />;
  if (what === 'unit' || what === 'rename') return <UnitForm node={node} rename={what === 'rename'} onClose={onClose} />;
  const { title, operation, member, text } = ENDINGS[what];
  return (
    <ActionModal title={`${title}: ${node.name}?`} submit={title} steps={[{ service, operation, input: { [member]: node.id } }]} onClose={onClose}>
      <Box>{text}</Box>
    </ActionModal>
  );
}

function actions(node: TreeNode, management: string) {
  if (node.kind === 'root') return [{ id: 'unit', text: 'New organizational unit' }];
  if (node.kind === 'unit') return [{ id: 'unit', text: 'New organizational unit' }, { id: 'rename', text: 'Rename' }, { id: 'delete', text: 'Delete' }];
  if (node.id === management) return [{ id: 'move', text: 'Move' }];
  return [{ id: 'move', text: 'Move' }, { id: 'remove', text: 'Remove from organization' }, { id: 'close', text: 'Close account' }];
}

const NodeName = ({ node }: { node: TreeNode }) => (
  <div className={`org-depth-${Math.min(node.depth, 6)}`}>
    <SpaceBetween direction="horizontal" size="xs">
      <Icon name={node.kind === 'account' ? 'user-profile' : 'folder'} alt={node.kind === 'account' ? 'Account' : 'Organizational unit'} />
      <AppLink to={`/organizations/${node.kind === 'account' ? 'accounts' : 'units'}/${node.id}`}>{node.name}</AppLink>
    </SpaceBetween>
  </div>
);

function Tree({ management }: { management: string }) {
  const [open, setOpen] = useState<Open>();
  const [adding, setAdding] = useState<'create' | 'invite'>();
  const loaded = useLoad<TreeNode[]>('organization-tree', tree, { changesOf: ['organizations'] });
  return (
    <>
      <SmallTable<TreeNode> title="Organizational structure" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(node) => node.id}
        counter={loaded.data && `(${loaded.data.filter((node) => node.kind === 'account').length} accounts)`} filter="Search accounts and units" nameOf={(node) => node.name}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setAdding('invite')}>Invite account</Button>
            <Button variant="primary" onClick={() => setAdding('create')}>Create account</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Name', width: 260, text: (node) => node.name, cell: (node) => <NodeName node={node} /> },
          { header: 'ID', width: 210, text: (node) => node.id, cell: (node) => <span className="kit-wrap">{node.id}{node.id === management ? ' (management account)' : ''}</span> },
          { header: 'E-mail', text: (node) => node.account?.Email ?? '', cell: (node) => node.account?.Email ?? '-' },
          { header: 'Status', width: 130, text: (node) => (node.account ? stateOf(node.account) : ''), cell: (node) => <Status status={node.account && stateOf(node.account)} /> },
          { header: 'Joined', width: 130, text: (node) => node.account?.JoinedTimestamp ?? 0, cell: (node) => <Time at={node.account?.JoinedTimestamp} relative /> },
          { header: 'Actions', width: 160, cell: (node) => (
            <ButtonDropdown expandToViewport ariaLabel={`Actions of ${node.name}`} items={actions(node, management)} onItemClick={({ detail }) => setOpen({ what: detail.id, node })}>Actions</ButtonDropdown>
          ) },
        ]} />
      {open && <Modals open={open} nodes={loaded.data ?? []} onClose={() => setOpen(undefined)} />}
      {adding === 'create' && <CreateAccount onClose={() => setAdding(undefined)} onMade={loaded.refresh} />}
      {adding === 'invite' && <Invite onClose={() => setAdding(undefined)} />}
    </>
  );
}

export function Accounts() {
  return (
    <InOrganization>
      {(organization) => (
        <Page title="AWS accounts" description={`Organization ${organization.Id}`}><Tree management={organization.MasterAccountId} /></Page>
      )}
    </InOrganization>
  );
}
