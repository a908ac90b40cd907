// One user group.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { AppLink, Copyable, KeyValue, LoadedPart, ResourceTable, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { compact, everything, iam } from '../parts/api';
import { LastAccessed } from '../parts/last-accessed';
import { Page } from '../parts/page';
import { Permissions } from '../parts/permissions';
import { PageTabs } from '../parts/tabs';
import type { Group, User } from '../parts/types';
import { UserPicker } from '../parts/user-picker';
import { DeleteGroups } from './list';

function Rename({ group, onClose }: { group: Group; onClose: () => void }) {
  const navigate = useNavigate();
  const [name, setName] = useState(group.GroupName);
  const input = compact({ GroupName: group.GroupName, NewGroupName: name });
  return (
    <ActionModal title={`Rename ${group.GroupName}`} submit="Save changes" ready={name !== '' && name !== group.GroupName} onClose={onClose}
      steps={[{ operation: 'UpdateGroup', input }]} onDone={() => navigate(`/iam/groups/${encodeURIComponent(name)}`, { replace: true })}>
      <FormField label="Group name"><Input value={name} onChange={({ detail }) => setName(detail.value)} /></FormField>
    </ActionModal>
  );
}

function AddUsers({ name, onClose }: { name: string; onClose: () => void }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const members = useLoad(`members ${name}`, (signal) => everything<User>('iam', 'GetGroup', 'Users', { GroupName: name }, signal));
  return (
    <ActionModal title={`Add users to ${name}`} submit="Add users" size="large" ready={chosen.length > 0} onClose={onClose}
      steps={chosen.map((UserName) => ({ operation: 'AddUserToGroup', input: { GroupName: name, UserName }, title: `add ${UserName}` }))}>
      <LoadedPart from={members}>
        {(users) => <UserPicker selected={chosen} onSelect={setChosen} exclude={users.map((user) => user.UserName)} />}
      </LoadedPart>
    </ActionModal>
  );
}

function Members({ name }: { name: string }) {
  const [open, setOpen] = useState<'add' | 'remove'>();
  const [selected, setSelected] = useState<User[]>([]);
  return (
    <>
      <ResourceTable<User> name="iam-group-users" title="Users in this group" idOf={(user) => user.UserName}
        source={{ service: 'iam', operation: 'GetGroup', input: { GroupName: name }, items: (out) => out.Users }}
        selection="multi" selected={selected} onSelect={setSelected} search={{ placeholder: 'Search users', text: (user) => user.UserName }}
        empty={{ title: 'No users', text: 'Nobody is in this group.' }}
        actions={(chosen) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen.length === 0} onClick={() => setOpen('remove')}>Remove</Button>
            <Button onClick={() => setOpen('add')}>Add users</Button>
          </SpaceBetween>
        )}
        columns={[
          { id: 'name', header: 'User name', isRowHeader: true, sort: (user) => user.UserName,
            cell: (user) => <AppLink to={`/iam/users/${encodeURIComponent(user.UserName)}`}>{user.UserName}</AppLink> },
          { id: 'signin', header: 'Console last sign-in', sort: (user) => user.PasswordLastUsed, cell: (user) => <Time at={user.PasswordLastUsed} relative /> },
          { id: 'created', header: 'Created', sort: (user) => user.CreateDate, cell: (user) => <Time at={user.CreateDate} relative /> },
        ]} />
      {open === 'add' && <AddUsers name={name} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && (
        <ActionModal title="Remove users from the group?" submit="Remove users" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={selected.map(({ UserName }) => ({ operation: 'RemoveUserFromGroup', input: { GroupName: name, UserName }, title: `remove ${UserName}` }))}>
          <Box>{selected.map((user) => user.UserName).join(', ')} will lose what {name} allows.</Box>
        </ActionModal>
      )}
    </>
  );
}

function GroupView({ group }: { group: Group }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'delete' | 'rename'>();
  return (
    <Page title={group.GroupName} actions={
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => setOpen('rename')}>Rename</Button>
        <Button onClick={() => setOpen('delete')}>Delete</Button>
      </SpaceBetween>
    }>
      <Container header={<Header variant="h2">Summary</Header>}>
        <KeyValue items={[
          { label: 'User group name', value: group.GroupName },
          { label: 'Created', value: <Time at={group.CreateDate} /> },
          { label: 'ARN', value: <Copyable text={group.Arn} label="Copy the ARN" /> },
        ]} />
      </Container>
      <PageTabs label={`Details of ${group.GroupName}`} tabs={[
        { id: 'users', label: 'Users', content: () => <Members name={group.GroupName} /> },
        { id: 'permissions', label: 'Permissions', content: () => <Permissions entity={{ kind: 'Group', name: group.GroupName }} /> },
        { id: 'accessed', label: 'Last accessed', content: () => <LastAccessed arn={group.Arn} /> },
      ]} />
      {open === 'delete' && <DeleteGroups names={[group.GroupName]} onClose={() => setOpen(undefined)} onDone={() => navigate('/iam/groups')} />}
      {open === 'rename' && <Rename group={group} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

export function GroupDetail() {
  const { name = '' } = useParams();
  const loaded = useLoad<Group>(`group ${name}`, async (signal) =>
    (await iam('GetGroup', { GroupName: name, MaxItems: 1 }, signal)).Group, { changesOf: ['iam'] });
  return <LoadedPart from={loaded}>{(group) => <GroupView group={group} />}</LoadedPart>;
}
