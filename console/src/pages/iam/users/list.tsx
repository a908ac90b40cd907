// The users of the account. A page of them is one call; what a column needs beyond it is asked for the rows that show.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { AppLink, Copyable, ResourceTable, Time } from '@/kit';
import { everything, iam } from '../parts/api';
import { Lazy } from '../parts/lazy';
import { nameOfArn, plural } from '../parts/text';
import type { AccessKey, Group, MfaDevice, User } from '../parts/types';
import { DeleteUsers } from './delete-users';

const DAY_SECONDS = 86400;
const days = (since: number) => plural(Math.floor((Date.now() / 1000 - since) / DAY_SECONDS), 'day');

const Groups = ({ user }: { user: User }) => (
  <Lazy<Group[]> id={`groups-of ${user.UserName}`}
    load={(signal) => everything('iam', 'ListGroupsForUser', 'Groups', { UserName: user.UserName }, signal)}>
    {(groups) => <span title={groups.map((group) => group.GroupName).join(', ')}>{groups.length}</span>}
  </Lazy>
);

const mfaKind = ({ SerialNumber }: MfaDevice) => (/:mfa\//.test(SerialNumber) ? 'Virtual' : /:u2f\//.test(SerialNumber) ? 'Passkey' : 'Hardware');

const Mfa = ({ user }: { user: User }) => (
  <Lazy<MfaDevice[]> id={`mfa-of ${user.UserName}`}
    load={async (signal) => (await iam('ListMFADevices', { UserName: user.UserName }, signal)).MFADevices ?? []}>
    {(devices) => <>{devices.length ? [...new Set(devices.map(mfaKind))].join(', ') : '-'}</>}
  </Lazy>
);

const Keys = ({ user }: { user: User }) => (
  <Lazy<AccessKey[]> id={`keys-of ${user.UserName}`}
    load={async (signal) => (await iam('ListAccessKeys', { UserName: user.UserName }, signal)).AccessKeyMetadata ?? []}>
    {(keys) => <>{keys.length ? keys.map((key) => (
      <div key={key.AccessKeyId}>{key.Status}, {days(key.CreateDate)}</div>)) : '-'}</>}
  </Lazy>
);

export function Users() {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState<string[]>();
  const [selected, setSelected] = useState<User[]>([]);
  return (
    <>
      <ResourceTable<User> name="iam-users" title="Users" variant="full-page" headingLevel="h1"
        description="An IAM user is an identity with long-term credentials that is used to interact with AWS in an account."
        source={{ service: 'iam', operation: 'ListUsers', items: (out) => out.Users }}
        idOf={(user) => user.UserName} selection="multi" selected={selected} onSelect={setSelected}
        search={{ placeholder: 'Search users', text: (user) => `${user.UserName} ${user.Path}` }}
        actions={(chosen) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen.length === 0} onClick={() => setDeleting(chosen.map((user) => user.UserName))}>Delete</Button>
            <Button variant="primary" onClick={() => navigate('/iam/users/create')}>Create user</Button>
          </SpaceBetween>
        )}
        empty={{ title: 'No users', text: 'Create a user for everyday tasks, so that the root user can be locked away.',
          action: <Button onClick={() => navigate('/iam/users/create')}>Create user</Button> }}
        columns={[
          { id: 'name', header: 'User name', isRowHeader: true, minWidth: 160, sort: (user) => user.UserName,
            cell: (user) => <AppLink to={`/iam/users/${encodeURIComponent(user.UserName)}`}>{user.UserName}</AppLink> },
          { id: 'path', header: 'Path', hidden: true, cell: (user) => user.Path, sort: (user) => user.Path },
          { id: 'groups', header: 'Groups', cell: (user) => <Groups user={user} /> },
          { id: 'mfa', header: 'MFA', cell: (user) => <Mfa user={user} /> },
          { id: 'signin', header: 'Console last sign-in', minWidth: 160, sort: (user) => user.PasswordLastUsed,
            cell: (user) => (user.PasswordLastUsed ? <Time at={user.PasswordLastUsed} relative /> : '-') },
          { id: 'keys', header: 'Access keys', minWidth: 140, cell: (user) => <Keys user={user} /> },
          { id: 'created', header: 'Created', minWidth: 130, sort: (user) => user.CreateDate, cell: (user) => <Time at={user.CreateDate} relative /> },
          { id: 'boundary', header: 'Permissions boundary', hidden: true, cell: (user) => nameOfArn(user.PermissionsBoundary?.PermissionsBoundaryArn) },
          { id: 'arn', header: 'ARN', hidden: true, minWidth: 300, cell: (user) => <Copyable text={user.Arn} label="Copy the ARN" /> },
          { id: 'id', header: 'User ID', hidden: true, cell: (user) => <Box variant="code">{user.UserId}</Box> },
        ]} />
      {deleting && <DeleteUsers names={deleting} onClose={() => setDeleting(undefined)} onDone={() => setSelected([])} />}
    </>
  );
}
