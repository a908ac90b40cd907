// Deleting a customer managed policy: its versions go with it, and it is detached from all.
import { announceChange, call, ConfirmDelete, useFlash } from '@/kit';
import { everything } from '../parts/api';
import { detachStep } from '../parts/entity';
import { plural } from '../parts/text';
import type { Policy, PolicyVersion } from '../parts/types';
import { entitiesOf } from './entities';

async function deletePolicy({ Arn: PolicyArn, PolicyName }: Policy): Promise<void> {
  for (const entity of await entitiesOf(PolicyArn, 'PermissionsPolicy')) {
    const step = detachStep(entity, { PolicyArn, PolicyName });
    await call('iam', step.operation, step.input);
  }
  const versions = await everything<PolicyVersion>('iam', 'ListPolicyVersions', 'Versions', { PolicyArn });
  for (const { VersionId, IsDefaultVersion } of versions)
    if (!IsDefaultVersion) await call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId });
  await call('iam', 'DeletePolicy', { PolicyArn });
}

export function DeletePolicy({ policy, onClose, onDone }: { policy: Policy; onClose: () => void; onDone: () => void }) {
  const flash = useFlash();
  const attached = policy.AttachmentCount;
  return (
    <ConfirmDelete visible title={`Delete ${policy.PolicyName}?`} typed={policy.PolicyName} button="Delete policy" onClose={onClose}
      warning={`All versions of the policy are deleted${attached ? `, and ${plural(attached, 'identity', 'identities')} lose what it allows` : ''}. This cannot be undone.`}
      onDelete={async () => {
        try {
          await deletePolicy(policy);
          flash.success(`Policy ${policy.PolicyName} deleted.`);
          onDone();
        } finally {
          announceChange('iam');
        }
      }} />
  );
}
