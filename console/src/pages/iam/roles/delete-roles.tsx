// Deleting roles, with what stands in the way; roles of services go when the service says that nothing needs them.
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { announceChange, ApiError, call, ConfirmDelete, useFlash } from '@/kit';
import { everything, iam, mapBounded } from '../parts/api';
import { plural } from '../parts/text';
import type { AttachedPolicy, InstanceProfile, Role } from '../parts/types';

const PAUSE_MILLISECONDS = 400;
// A service answers within seconds; then the deletion goes on without us.
const QUESTIONS_MAX = 50;

export const isServiceLinked = (role: Role) => role.Path.startsWith('/aws-service-role/');

async function deleteServiceLinked(RoleName: string): Promise<void> {
  const { DeletionTaskId } = await iam('DeleteServiceLinkedRole', { RoleName });
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const { Status, Reason } = await iam('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId });
    if (Status === 'SUCCEEDED') return;
    if (Status === 'FAILED') {
      const used = (Reason?.RoleUsageList ?? []).flatMap((one: { Region?: string; Resources?: string[] }) => one.Resources ?? []);
      throw new ApiError('DeletionFailed', `${Reason?.Reason ?? 'The service still needs the role.'} ${used.join(', ')}`, 400, '', 'DeleteServiceLinkedRole');
    }
    await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
  }
}

async function deleteRole(RoleName: string): Promise<void> {
  const [attached, inline, profiles] = await Promise.all([
    everything<AttachedPolicy>('iam', 'ListAttachedRolePolicies', 'AttachedPolicies', { RoleName }),
    everything<string>('iam', 'ListRolePolicies', 'PolicyNames', { RoleName }),
    everything<InstanceProfile>('iam', 'ListInstanceProfilesForRole', 'InstanceProfiles', { RoleName }),
  ]);
  for (const { PolicyArn } of attached) await call('iam', 'DetachRolePolicy', { RoleName, PolicyArn });
  for (const PolicyName of inline) await call('iam', 'DeleteRolePolicy', { RoleName, PolicyName });
  for (const { InstanceProfileName } of profiles) {
    await call('iam', 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    // The console made it with the role, under the role's name.
    if (InstanceProfileName === RoleName) await call('iam', 'DeleteInstanceProfile', { InstanceProfileName });
  }
  await call('iam', 'DeleteRole', { RoleName });
}

export function DeleteRoles({ roles, onClose, onDone }: { roles: Role[]; onClose: () => void; onDone: () => void }) {
  const flash = useFlash();
  const [left] = useState(() => new Map(roles.map((role) => [role.RoleName, role])));
  const one = roles.length === 1;
  const remove = async () => {
    try {
      await mapBounded([...left.values()], async (role) => {
        await (isServiceLinked(role) ? deleteServiceLinked(role.RoleName) : deleteRole(role.RoleName));
        left.delete(role.RoleName);
      });
      flash.success(one ? `Role ${roles[0].RoleName} deleted.` : `${plural(roles.length, 'role')} deleted.`);
      onDone();
    } finally {
      announceChange('iam');
    }
  };
  return (
    <ConfirmDelete visible title={one ? `Delete ${roles[0].RoleName}?` : `Delete ${roles.length} roles?`} typed={one ? roles[0].RoleName : 'delete'}
      button={one ? 'Delete role' : 'Delete roles'} onDelete={remove} onClose={onClose}
      warning="What uses the role loses its permissions at once. Inline policies and the instance profile of the same name are deleted.">
      {!one && <Box>{roles.map((role) => role.RoleName).join(', ')}</Box>}
    </ConfirmDelete>
  );
}
