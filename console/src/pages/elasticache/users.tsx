// Users of caches and their groups.
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { isInTransition, ResourceTable, Status } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { LongTextField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { compact } from '../resources/steps';
import { useAll } from '../resources/use-all';
import { engineLabel } from './lookups';

export interface User {
  UserId: string;
  UserName?: string;
  Status?: string;
  Engine?: string;
  AccessString?: string;
  UserGroupIds?: string[];
  Authentication?: { Type?: string; PasswordCount?: number };
  ARN?: string;
}

export interface UserGroup {
  UserGroupId: string;
  Status?: string;
  Engine?: string;
  UserIds?: string[];
  ReplicationGroups?: string[];
  ARN?: string;
}

const userSource = { service: 'elasticache', operation: 'DescribeUsers', items: (out: { Users?: User[] }) => out.Users };
const isChanging = (status?: string) => status !== 'active' && isInTransition(status);
const engines = [{ value: 'redis', label: 'Redis OSS' }, { value: 'valkey', label: 'Valkey' }];

function authenticationText(user: User): string {
  const { Type: type, PasswordCount: count } = user.Authentication ?? {};
  if (type === 'password') return `${count} ${count === 1 ? 'password' : 'passwords'}`;
  return type === 'no-password' ? 'No password' : type === 'iam' ? 'IAM' : '-';
}

export function UserList() {
  const [dialog, setDialog] = useState<{ kind: 'create' | 'modify' | 'delete'; user?: User }>();
  const close = () => setDialog(undefined);
  return (
    <>
      <ResourceTable<User> name="elasticache-users" title="Users" variant="full-page" source={userSource} idOf={(user) => user.UserId} inTransition={(user) => isChanging(user.Status)}
        search={{ placeholder: 'Find users', text: (user) => `${user.UserId} ${user.UserName}` }} selection="single" selectionLabel={(user) => user.UserId}
        columns={[
          { id: 'id', header: 'User ID', cell: (user) => user.UserId, sort: (user) => user.UserId, isRowHeader: true, width: 180 },
          { id: 'name', header: 'User name', cell: (user) => user.UserName, sort: (user) => user.UserName, width: 160 },
          { id: 'status', header: 'Status', cell: (user) => <Status status={user.Status} />, width: 120 },
          { id: 'engine', header: 'Engine', cell: (user) => engineLabel(user.Engine), width: 120 },
          { id: 'access', header: 'Access string', cell: (user) => user.AccessString, width: 220 },
          { id: 'auth', header: 'Authentication', cell: authenticationText, width: 150 },
          { id: 'groups', header: 'User groups', cell: (user) => user.UserGroupIds?.join(', ') || '-', width: 180 },
        ]}
        actions={([user]) => (
          <>
            <Button disabled={!user} onClick={() => setDialog({ kind: 'delete', user })}>Delete</Button>
            <Button disabled={!user} onClick={() => setDialog({ kind: 'modify', user })}>Modify</Button>
            <Button variant="primary" onClick={() => setDialog({ kind: 'create' })}>Create user</Button>
          </>
        )} />
      {dialog && dialog.kind !== 'delete' && <UserDialog user={dialog.user} onClose={close} />}
      {dialog?.kind === 'delete' && dialog.user && (
        <DeleteDialog title={`Delete user ${dialog.user.UserId}?`} name={dialog.user.UserId} success={`User ${dialog.user.UserId} is being deleted.`} onClose={close}
          steps={[{ service: 'elasticache', operation: 'DeleteUser', input: { UserId: dialog.user.UserId } }]} />
      )}
    </>
  );
}

function UserDialog({ user, onClose }: { user?: User; onClose: () => void }) {
  const isNew = user === undefined;
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [engine, setEngine] = useState('redis');
  const [access, setAccess] = useState(user?.AccessString ?? 'on ~* +@all');
  const [type, setType] = useState(user?.Authentication?.Type === 'iam' ? 'iam' : user?.Authentication?.Type === 'no-password' ? 'no-password-required' : 'password');
  const [password, setPassword] = useState('');
  const mode = type === 'password' ? (password ? { Type: type, Passwords: [password] } : undefined) : { Type: type };
  const input = isNew
    ? compact({ UserId: id || 'USER_ID', UserName: name || id || 'USER_NAME', Engine: engine, AccessString: access, AuthenticationMode: mode })
    : compact({ UserId: user.UserId, AccessString: access === user.AccessString ? undefined : access, AuthenticationMode: mode });
  return (
    <ActionDialog title={isNew ? 'Create user' : `Modify user ${user.UserId}`} submit={isNew ? 'Create user' : 'Save'} success={`User ${isNew ? id : user.UserId} was saved.`}
      onClose={onClose} isValid={!isNew || (id !== '' && (type !== 'password' || password !== ''))}
      steps={[{ service: 'elasticache', operation: isNew ? 'CreateUser' : 'ModifyUser', input }]}>
      {isNew && (
        <>
          <TextField label="User ID" value={id} onChange={(text) => setId(text.trim())} />
          <TextField label="User name" value={name} onChange={(text) => setName(text.trim())} placeholder={id} hint="With which clients log in. With IAM it is the user ID." />
          <SelectField label="Engine" value={engine} options={engines} onChange={setEngine} />
        </>
      )}
      <LongTextField label="Access string" value={access} onChange={setAccess} rows={2} hint="As of ACL SETUSER: on, key patterns, commands." />
      <SelectField label="Authentication" value={type} onChange={setType} options={[
        { value: 'password', label: 'Password' }, { value: 'iam', label: 'IAM authentication' }, { value: 'no-password-required', label: 'No password required' },
      ]} />
      {type === 'password' && <TextField label={isNew ? 'Password' : 'New password'} isOptional={!isNew} type="password" value={password} onChange={setPassword}
        hint="From 16 to 128 characters." />}
    </ActionDialog>
  );
}

export function UserGroupList() {
  const [dialog, setDialog] = useState<{ kind: 'create' | 'modify' | 'delete'; group?: UserGroup }>();
  const close = () => setDialog(undefined);
  return (
    <>
      <ResourceTable<UserGroup> name="elasticache-user-groups" title="User groups" variant="full-page" idOf={(group) => group.UserGroupId}
        source={{ service: 'elasticache', operation: 'DescribeUserGroups', items: (out) => out.UserGroups }} inTransition={(group) => isChanging(group.Status)}
        search={{ placeholder: 'Find user groups', text: (group) => `${group.UserGroupId} ${group.UserIds?.join(' ')}` }} selection="single" selectionLabel={(group) => group.UserGroupId}
        columns={[
          { id: 'id', header: 'User group ID', cell: (group) => group.UserGroupId, sort: (group) => group.UserGroupId, isRowHeader: true, width: 200 },
          { id: 'status', header: 'Status', cell: (group) => <Status status={group.Status} />, width: 130 },
          { id: 'engine', header: 'Engine', cell: (group) => engineLabel(group.Engine), width: 120 },
          { id: 'users', header: 'Users', cell: (group) => group.UserIds?.join(', ') || '-', width: 260 },
          { id: 'caches', header: 'Caches', cell: (group) => group.ReplicationGroups?.join(', ') || '-', width: 220 },
        ]}
        actions={([group]) => (
          <>
            <Button disabled={!group} onClick={() => setDialog({ kind: 'delete', group })}>Delete</Button>
            <Button disabled={!group} onClick={() => setDialog({ kind: 'modify', group })}>Modify</Button>
            <Button variant="primary" onClick={() => setDialog({ kind: 'create' })}>Create user group</Button>
          </>
        )} />
      {dialog && dialog.kind !== 'delete' && <GroupDialog group={dialog.group} onClose={close} />}
      {dialog?.kind === 'delete' && dialog.group && (
        <DeleteDialog title={`Delete user group ${dialog.group.UserGroupId}?`} name={dialog.group.UserGroupId} success="The user group is being deleted." onClose={close}
          steps={[{ service: 'elasticache', operation: 'DeleteUserGroup', input: { UserGroupId: dialog.group.UserGroupId } }]} />
      )}
    </>
  );
}

function GroupDialog({ group, onClose }: { group?: UserGroup; onClose: () => void }) {
  const isNew = group === undefined;
  const users = useAll<User>(userSource);
  const [id, setId] = useState('');
  const [engine, setEngine] = useState('redis');
  const before = group?.UserIds ?? [];
  const [members, setMembers] = useState(isNew ? ['default'] : before);
  const input = isNew ? compact({ UserGroupId: id || 'USER_GROUP_ID', Engine: engine, UserIds: members })
    : compact({ UserGroupId: group.UserGroupId, UserIdsToAdd: members.filter((one) => !before.includes(one)), UserIdsToRemove: before.filter((one) => !members.includes(one)) });
  return (
    <ActionDialog title={isNew ? 'Create user group' : `Modify user group ${group.UserGroupId}`} submit={isNew ? 'Create user group' : 'Save'} onClose={onClose}
      success={`User group ${isNew ? id : group.UserGroupId} was saved.`} isValid={!isNew || id !== ''}
      steps={[{ service: 'elasticache', operation: isNew ? 'CreateUserGroup' : 'ModifyUserGroup', input }]}>
      {isNew && <TextField label="User group ID" value={id} onChange={(text) => setId(text.trim())} />}
      {isNew && <SelectField label="Engine" value={engine} options={engines} onChange={setEngine} />}
      <MultiselectField label="Users" values={members} onChange={setMembers} isLoading={users.loading} description="A group for Redis OSS has a user whose name is default."
        options={(users.data ?? []).map((user) => ({ value: user.UserId, label: user.UserId, description: user.UserName }))} />
    </ActionDialog>
  );
}
