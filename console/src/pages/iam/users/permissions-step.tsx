// "Set permissions" of a user: by groups, as another user has them, or directly.
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useLoad } from '@/kit';
import { everything, mapBounded, type Step } from '../parts/api';
import { attachSteps } from '../parts/entity';
import { GroupPicker } from '../parts/group-picker';
import { PolicyPicker } from '../parts/policy-picker';
import { SmallTable } from '../parts/small-table';
import type { AttachedPolicy, Group, User } from '../parts/types';

export type How = 'groups' | 'copy' | 'attach';

export interface PermissionChoice {
  how: How;
  groups: string[];
  policies: AttachedPolicy[];
  copyFrom?: { userName: string; groups: string[]; policies: AttachedPolicy[] };
}

export const NO_PERMISSIONS: PermissionChoice = { how: 'groups', groups: [], policies: [] };

export function chosenGroups(choice: PermissionChoice): string[] {
  return choice.how === 'groups' ? choice.groups : choice.how === 'copy' ? choice.copyFrom?.groups ?? [] : [];
}

export function chosenPolicies(choice: PermissionChoice): AttachedPolicy[] {
  return choice.how === 'attach' ? choice.policies : choice.how === 'copy' ? choice.copyFrom?.policies ?? [] : [];
}

export function permissionSteps(userName: string, choice: PermissionChoice): Step[] {
  return [
    ...chosenGroups(choice).map((GroupName) => ({
      operation: 'AddUserToGroup', input: { GroupName, UserName: userName }, title: `add to ${GroupName}` })),
    ...attachSteps({ kind: 'User', name: userName }, chosenPolicies(choice)),
  ];
}

async function permissionsOf(userName: string): Promise<NonNullable<PermissionChoice['copyFrom']>> {
  const [groups, policies] = await Promise.all([
    everything<Group>('iam', 'ListGroupsForUser', 'Groups', { UserName: userName }),
    everything<AttachedPolicy>('iam', 'ListAttachedUserPolicies', 'AttachedPolicies', { UserName: userName }),
  ]);
  return { userName, groups: groups.map((group) => group.GroupName), policies };
}

function CopyFrom({ choice, onChange }: { choice: PermissionChoice; onChange: (choice: PermissionChoice) => void }) {
  const loaded = useLoad<User[]>('iam-users-to-copy', (signal) => everything('iam', 'ListUsers', 'Users', {}, signal));
  const [failed, setFailed] = useState<string>();
  const choose = async (user: User) => {
    try {
      const [copyFrom] = await mapBounded([user.UserName], permissionsOf);
      onChange({ ...choice, copyFrom });
      setFailed(undefined);
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const from = choice.copyFrom;
  return (
    <SmallTable<User> title="Users" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} variant="embedded" filter="Search users"
      keyOf={(user) => user.UserName} select="single" selected={(loaded.data ?? []).filter((user) => user.UserName === from?.userName)}
      onSelect={([user]) => void choose(user)} empty="There is no user to copy from."
      description={failed ?? (from && `Copies ${from.userName}: groups ${from.groups.join(', ') || 'none'}; attached policies ${
        from.policies.map((policy) => policy.PolicyName).join(', ') || 'none'}. Inline policies and the boundary are not copied.`)}
      columns={[{ header: 'User name', text: (user) => user.UserName, cell: (user) => user.UserName },
        { header: 'Path', text: (user) => user.Path, cell: (user) => user.Path }]} />
  );
}

const OPTIONS = [
  { value: 'groups', label: 'Add user to group', description: 'Add the user to an existing group, or create a group. We recommend groups to manage permissions by job function.' },
  { value: 'copy', label: 'Copy permissions', description: 'Copy all group memberships and attached managed policies from an existing user.' },
  { value: 'attach', label: 'Attach policies directly', description: 'Attach managed policies to the user. As a best practice, attach policies to a group instead.' },
];

export function PermissionsFields({ choice, onChange, exclude }: {
  choice: PermissionChoice; onChange: (choice: PermissionChoice) => void; exclude?: { groups: string[]; policies: string[] };
}) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Permissions options</Header>}>
        <RadioGroup ariaLabel="Permissions options" value={choice.how} items={OPTIONS} onChange={({ detail }) => onChange({ ...choice, how: detail.value as How })} />
      </Container>
      <Container>
        {choice.how === 'groups' && <GroupPicker selected={choice.groups} onSelect={(groups) => onChange({ ...choice, groups })} exclude={exclude?.groups} />}
        {choice.how === 'copy' && <CopyFrom choice={choice} onChange={onChange} />}
        {choice.how === 'attach' && <PolicyPicker selected={choice.policies} onSelect={(policies) => onChange({ ...choice, policies })} exclude={exclude?.policies} />}
      </Container>
    </SpaceBetween>
  );
}
