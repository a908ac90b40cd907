// A user is deleted when nothing is left of it: what AWS's console takes away before, this takes away, and says so.
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { announceChange, call, ConfirmDelete, useFlash } from '@/kit';
import { everything, iam, mapBounded, orNothing, type Step } from '../parts/api';
import { detachStep } from '../parts/entity';
import { plural } from '../parts/text';
import type { AccessKey, AttachedPolicy, Group, MfaDevice } from '../parts/types';

const isVirtual = (device: MfaDevice) => /:mfa\//.test(device.SerialNumber);

function step(operation: string, UserName: string, rest: Record<string, unknown> = {}): Step {
  return { operation, input: { UserName, ...rest } };
}

// Everything that stands in DeleteUser's way, and DeleteUser.
async function stepsFor(UserName: string): Promise<Step[]> {
  const of = <Item,>(operation: string, member: string) => everything<Item>('iam', operation, member, { UserName });
  const [attached, inline, groups, keys, devices, ssh, certificates, profile, service] = await Promise.all([
    of<AttachedPolicy>('ListAttachedUserPolicies', 'AttachedPolicies'),
    of<string>('ListUserPolicies', 'PolicyNames'),
    of<Group>('ListGroupsForUser', 'Groups'),
    of<AccessKey>('ListAccessKeys', 'AccessKeyMetadata'),
    of<MfaDevice>('ListMFADevices', 'MFADevices'),
    of<{ SSHPublicKeyId: string }>('ListSSHPublicKeys', 'SSHPublicKeys'),
    of<{ CertificateId: string }>('ListSigningCertificates', 'Certificates'),
    orNothing(iam('GetLoginProfile', { UserName })),
    iam('ListServiceSpecificCredentials', { UserName }),
  ]);
  return [
    ...attached.map((one) => detachStep({ kind: 'User', name: UserName }, one)),
    ...inline.map((PolicyName) => step('DeleteUserPolicy', UserName, { PolicyName })),
    ...groups.map(({ GroupName }) => step('RemoveUserFromGroup', UserName, { GroupName })),
    ...keys.map(({ AccessKeyId }) => step('DeleteAccessKey', UserName, { AccessKeyId })),
    ...devices.flatMap(({ SerialNumber }, index) => [step('DeactivateMFADevice', UserName, { SerialNumber }),
      ...(isVirtual(devices[index]) ? [{ operation: 'DeleteVirtualMFADevice', input: { SerialNumber } }] : [])]),
    ...ssh.map(({ SSHPublicKeyId }) => step('DeleteSSHPublicKey', UserName, { SSHPublicKeyId })),
    ...certificates.map(({ CertificateId }) => step('DeleteSigningCertificate', UserName, { CertificateId })),
    ...(service.ServiceSpecificCredentials ?? []).map(({ ServiceSpecificCredentialId }: { ServiceSpecificCredentialId: string }) =>
      step('DeleteServiceSpecificCredential', UserName, { ServiceSpecificCredentialId })),
    ...(profile ? [step('DeleteLoginProfile', UserName)] : []),
    step('DeleteUser', UserName),
  ];
}

async function deleteUser(name: string): Promise<void> {
  for (const one of await stepsFor(name)) await call('iam', one.operation, one.input);
}

export function DeleteUsers({ names, onClose, onDone }: { names: string[]; onClose: () => void; onDone: () => void }) {
  const flash = useFlash();
  const [left] = useState(() => new Set(names));
  const remove = async () => {
    try {
      await mapBounded([...left], async (name) => {
        await deleteUser(name);
        left.delete(name);
      });
      flash.success(names.length === 1 ? `User ${names[0]} deleted.` : `${plural(names.length, 'user')} deleted.`);
      onDone();
    } finally {
      announceChange('iam');
    }
  };
  const one = names.length === 1;
  return (
    <ConfirmDelete visible title={one ? `Delete ${names[0]}?` : `Delete ${names.length} users?`} typed={one ? names[0] : 'delete'}
      button={one ? 'Delete user' : 'Delete users'} onDelete={remove} onClose={onClose}
      warning="Access keys, passwords, MFA devices, inline policies and memberships are deleted with the user. This cannot be undone.">
      {!one && <Box>{names.join(', ')}</Box>}
    </ConfirmDelete>
  );
}
