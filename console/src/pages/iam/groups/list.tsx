// The user groups of the account.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { announceChange, AppLink, call, ConfirmDelete, Copyable, ResourceTable, Time, useFlash } from '@/kit';
import { everything, iam, mapBounded } from '../parts/api';
import { detachStep, type Entity } from '../parts/entity';
import { Lazy } from '../parts/lazy';
import { plural } from '../parts/text';
import type { AttachedPolicy, Group, User } from '../parts/types';

async function deleteGroup(name: string): Promise<void> {
  const entity: Entity = { kind: 'Group', name };
  const input = { GroupName: name };
  const [users, attached, inline] = await Promise.all([
    everything<User>('iam', 'GetGroup', 'Users', input),
    everything<AttachedPolicy>('iam', 'ListAttachedGroupPolicies', 'AttachedPolicies', input),
    everything<string>('iam', 'ListGroupPolicies', 'PolicyNames', input),
  ]);
  await mapBounded(users, ({ UserName }) => call('iam', 'RemoveUserFromGroup', { ...input, UserName }));
  for (const policy of attached) {
    const step = detachStep(entity, policy);
    await call('iam', step.operation, step.input);
  }
  for (const PolicyName of inline) await call('iam', 'DeleteGroupPolicy', { ...input, PolicyName });
  await call('iam', 'DeleteGroup', input);
}

export function DeleteGroups({ names, onClose, onDone }: { names: string[]; onClose: () => void; onDone: () => void }) {
  const flash = useFlash();
  const [left] = useState(() => new Set(names));
  const one = names.length === 1;
  const remove = async () => {
    try {
      await mapBounded([...left], async (name) => {
        await deleteGroup(name);
        left.delete(name);
      });
      flash.success(one ? `Group ${names[0]} deleted.` : `${plural(names.length, 'group')} deleted.`);
      onDone();
    } finally {
      announceChange('iam');
    }
  };
  return (
    <ConfirmDelete visible title={one ? `Delete ${names[0]}?` : `Delete ${names.length} groups?`} typed={one ? names[0] : 'delete'}
      button={one ? 'Delete group' : 'Delete groups'} onDelete={remove} onClose={onClose}
      warning="Its users stay, but lose what the group allowed them. Its inline policies are deleted.">
      {!one && <Box>{names.join(', ')}</Box>}
    </ConfirmDelete>
  );
}

const Members = ({ name }: { name: string }) => (
  <Lazy<string> id={`members-of ${name}`} load={async (signal) => {
    const out = await iam('GetGroup', { GroupName: name, MaxItems: 100 }, signal);
    return `${(out.Users ?? []).length}${out.IsTruncated ? '+' : ''}`;
  }}>{(count) => <>{count}</>}</Lazy>
);

const Permissions = ({ name }: { name: string }) => (
  <Lazy<AttachedPolicy[]> id={`policies-of-group ${name}`}
    load={async (signal) => (await iam('ListAttachedGroupPolicies', { GroupName: name }, signal)).AttachedPolicies ?? []}>
    {(policies) => <span title={policies.map((policy) => policy.PolicyName).join(', ')}>
      {policies.length === 1 ? policies[0].PolicyName : policies.length ? plural(policies.length, 'policy', 'policies') : 'None attached'}
    </span>}
  </Lazy>
);

export function Groups() {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState<string[]>();
  const [selected, setSelected] = useState<Group[]>([]);
  return (
    <>
      <ResourceTable<Group> name="iam-groups" title="User groups" variant="full-page" headingLevel="h1"
        description="A user group is a collection of IAM users. Use groups to give permissions to several users at once."
        source={{ service: 'iam', operation: 'ListGroups', items: (out) => out.Groups }}
        idOf={(group) => group.GroupName} selection="multi" selected={selected} onSelect={setSelected}
        search={{ placeholder: 'Search groups', text: (group) => `${group.GroupName} ${group.Path}` }}
        actions={(chosen) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen.length === 0} onClick={() => setDeleting(chosen.map((group) => group.GroupName))}>Delete</Button>
            <Button variant="primary" onClick={() => navigate('/iam/groups/create')}>Create group</Button>
          </SpaceBetween>
        )}
        empty={{ title: 'No groups', text: 'Groups make it easy to give several users the same permissions.',
          action: <Button onClick={() => navigate('/iam/groups/create')}>Create group</Button> }}
        columns={[
          { id: 'name', header: 'Group name', isRowHeader: true, minWidth: 180, sort: (group) => group.GroupName,
            cell: (group) => <AppLink to={`/iam/groups/${encodeURIComponent(group.GroupName)}`}>{group.GroupName}</AppLink> },
          { id: 'users', header: 'Users', cell: (group) => <Members name={group.GroupName} /> },
          { id: 'permissions', header: 'Permissions', minWidth: 180, cell: (group) => <Permissions name={group.GroupName} /> },
          { id: 'path', header: 'Path', cell: (group) => group.Path, sort: (group) => group.Path },
          { id: 'created', header: 'Created', minWidth: 130, sort: (group) => group.CreateDate, cell: (group) => <Time at={group.CreateDate} relative /> },
          { id: 'arn', header: 'ARN', hidden: true, minWidth: 300, cell: (group) => <Copyable text={group.Arn} label="Copy the ARN" /> },
        ]} />
      {deleting && <DeleteGroups names={deleting} onClose={() => setDeleting(undefined)} onDone={() => setSelected([])} />}
    </>
  );
}
