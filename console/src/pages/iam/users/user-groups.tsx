// The groups that a user is in.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { everything } from '../parts/api';
import { GroupPicker } from '../parts/group-picker';
import { SmallTable } from '../parts/small-table';
import type { Group } from '../parts/types';

function AddToGroups({ userName, member, onClose }: { userName: string; member: string[]; onClose: () => void }) {
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <ActionModal title={`Add ${userName} to groups`} submit="Add to groups" size="large" ready={chosen.length > 0} onClose={onClose}
      steps={chosen.map((GroupName) => ({ operation: 'AddUserToGroup', input: { GroupName, UserName: userName }, title: `add to ${GroupName}` }))}>
      <GroupPicker selected={chosen} onSelect={setChosen} exclude={member} />
    </ActionModal>
  );
}

export function UserGroups({ userName }: { userName: string }) {
  const [selected, setSelected] = useState<Group[]>([]);
  const [open, setOpen] = useState<'add' | 'remove'>();
  const loaded = useLoad<Group[]>(`groups ${userName}`,
    (signal) => everything('iam', 'ListGroupsForUser', 'Groups', { UserName: userName }, signal), { changesOf: ['iam'] });
  return (
    <>
      <SmallTable<Group> title="User groups membership" items={loaded.data} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(group) => group.GroupName} select="multi" selected={selected} onSelect={setSelected}
        description="A group gives its policies to all of its users. A user can be in 10 groups at most."
        empty={<><b>In no group</b><br />Groups make it easy to give several users the same permissions.</>}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setOpen('remove')}>Remove</Button>
            <Button disabled={!loaded.data} onClick={() => setOpen('add')}>Add user to groups</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Group name', text: (group) => group.GroupName,
            cell: (group) => <AppLink to={`/iam/groups/${encodeURIComponent(group.GroupName)}`}>{group.GroupName}</AppLink> },
          { header: 'Path', text: (group) => group.Path, cell: (group) => group.Path },
          { header: 'Created', text: (group) => group.CreateDate, cell: (group) => <Time at={group.CreateDate} relative /> },
        ]} />
      {open === 'add' && <AddToGroups userName={userName} member={(loaded.data ?? []).map((group) => group.GroupName)} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && (
        <ActionModal title="Remove from groups?" submit="Remove" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={selected.map(({ GroupName }) => ({ operation: 'RemoveUserFromGroup', input: { GroupName, UserName: userName }, title: `remove from ${GroupName}` }))}>
          <Box>{userName} loses what {selected.map((group) => group.GroupName).join(', ')} allow.</Box>
        </ActionModal>
      )}
    </>
  );
}
