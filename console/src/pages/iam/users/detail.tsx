// One user.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { Copyable, KeyValue, LoadedPart, Time, useLoad } from '@/kit';
import { everything, iam, mapBounded } from '../parts/api';
import { BoundarySection } from '../parts/boundary';
import { LastAccessed } from '../parts/last-accessed';
import { Page } from '../parts/page';
import { heldPolicies, Permissions, type HeldPolicy } from '../parts/permissions';
import { PageTabs } from '../parts/tabs';
import { TagsPanel } from '../parts/tags-panel';
import type { Group, User } from '../parts/types';
import { AccessKeys } from '../credentials/access-keys';
import { ConsoleAccess } from '../credentials/console-access';
import { MfaDevices } from '../credentials/mfa-devices';
import { OtherCredentials } from '../credentials/other-credentials';
import { DeleteUsers } from './delete-users';
import { RenameUser } from './rename';
import { UserGroups } from './user-groups';

async function inherited(userName: string, signal: AbortSignal): Promise<HeldPolicy[]> {
  const groups = await everything<Group>('iam', 'ListGroupsForUser', 'Groups', { UserName: userName }, signal);
  const held = await mapBounded(groups, async ({ GroupName }) =>
    (await heldPolicies({ kind: 'Group', name: GroupName }, signal)).map((policy) => ({ ...policy, from: GroupName })));
  return held.flat();
}

function UserPermissions({ user }: { user: User }) {
  const navigate = useNavigate();
  const loaded = useLoad(`inherited ${user.UserName}`, (signal) => inherited(user.UserName, signal), { changesOf: ['iam'] });
  return (
    <SpaceBetween size="l">
      <Permissions entity={{ kind: 'User', name: user.UserName }} inherited={loaded.data}
        onAdd={() => navigate(`/iam/users/${encodeURIComponent(user.UserName)}/add-permissions`)} />
      <LoadedPart from={{ ...loaded, data: undefined, loading: false }}>{() => null}</LoadedPart>
      <BoundarySection entity={{ kind: 'User', name: user.UserName }} arn={user.PermissionsBoundary?.PermissionsBoundaryArn} />
    </SpaceBetween>
  );
}

function Credentials({ user }: { user: User }) {
  const path = `/iam/users/${encodeURIComponent(user.UserName)}`;
  return (
    <SpaceBetween size="l">
      <ConsoleAccess user={user} />
      <MfaDevices userName={user.UserName} assignPath={`${path}/mfa`} />
      <AccessKeys userName={user.UserName} tags={user.Tags} createPath={`${path}/access-key`} />
      <OtherCredentials userName={user.UserName} />
    </SpaceBetween>
  );
}

function UserView({ user }: { user: User }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'delete' | 'rename'>();
  return (
    <Page title={user.UserName} actions={
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => navigate(`/iam/simulator?principal=${encodeURIComponent(user.Arn)}`)}>Simulate</Button>
        <Button onClick={() => setOpen('rename')}>Rename</Button>
        <Button onClick={() => setOpen('delete')}>Delete</Button>
      </SpaceBetween>
    }>
      <Container header={<Header variant="h2">Summary</Header>}>
        <KeyValue items={[
          { label: 'ARN', value: <Copyable text={user.Arn} label="Copy the ARN" /> },
          { label: 'Created', value: <Time at={user.CreateDate} /> },
          { label: 'Last console sign-in', value: user.PasswordLastUsed ? <Time at={user.PasswordLastUsed} /> : 'Never' },
          { label: 'Path', value: user.Path },
          { label: 'User ID', value: user.UserId },
        ]} />
      </Container>
      <PageTabs label={`Details of ${user.UserName}`} tabs={[
        { id: 'permissions', label: 'Permissions', content: () => <UserPermissions user={user} /> },
        { id: 'groups', label: 'Groups', content: () => <UserGroups userName={user.UserName} /> },
        { id: 'tags', label: 'Tags',
          content: () => <TagsPanel tags={user.Tags ?? []} tag="TagUser" untag="UntagUser" target={{ UserName: user.UserName }} /> },
        { id: 'credentials', label: 'Security credentials', content: () => <Credentials user={user} /> },
        { id: 'accessed', label: 'Last accessed', content: () => <LastAccessed arn={user.Arn} /> },
      ]} />
      {open === 'delete' && <DeleteUsers names={[user.UserName]} onClose={() => setOpen(undefined)} onDone={() => navigate('/iam/users')} />}
      {open === 'rename' && <RenameUser user={user} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

export function UserDetail() {
  const { name = '' } = useParams();
  const loaded = useLoad<User>(`user ${name}`, async (signal) => (await iam('GetUser', { UserName: name }, signal)).User, { changesOf: ['iam'] });
  return <LoadedPart from={loaded}>{(user) => <UserView user={user} />}</LoadedPart>;
}
