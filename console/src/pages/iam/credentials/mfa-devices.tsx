// The MFA devices of a user, or of the root user.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { session, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { compact, iam } from '../parts/api';
import { SmallTable } from '../parts/small-table';
import type { MfaDevice } from '../parts/types';
import { CodeFields, codesReady } from './mfa-codes';

const DEVICES_MAX = 8;
export const isVirtual = (serial: string) => /:mfa\//.test(serial);

export function deviceKind(serial: string): string {
  if (/:u2f\//.test(serial)) return 'Passkey or security key';
  return isVirtual(serial) ? 'Authenticator app' : 'Hardware TOTP token';
}

// The operations insist on a name; the root user's is the account's number.
export const mfaOwner = (userName?: string) => userName ?? session().account;

function Resync({ userName, device, onClose }: { userName?: string; device: MfaDevice; onClose: () => void }) {
  const [codes, setCodes] = useState<[string, string]>(['', '']);
  return (
    <ActionModal title="Resync MFA device" submit="Resync" ready={codesReady(codes)} onClose={onClose}
      steps={[{ operation: 'ResyncMFADevice', input: { UserName: mfaOwner(userName), SerialNumber: device.SerialNumber,
        AuthenticationCode1: codes[0], AuthenticationCode2: codes[1] } }]}>
      <Alert type="info">Enter two codes that the device shows one after the other, when its clock has drifted away.</Alert>
      <CodeFields codes={codes} onChange={setCodes} />
    </ActionModal>
  );
}

function Remove({ userName, device, onClose }: { userName?: string; device: MfaDevice; onClose: () => void }) {
  const { SerialNumber } = device;
  const steps = [
    { operation: 'DeactivateMFADevice', input: compact({ UserName: userName, SerialNumber }), title: 'deactivate the device' },
    ...(isVirtual(SerialNumber) ? [{ operation: 'DeleteVirtualMFADevice', input: { SerialNumber }, title: 'delete the device' }] : []),
  ];
  return (
    <ActionModal title="Remove MFA device?" submit="Remove" steps={steps} onClose={onClose}>
      <Alert type="warning">Signing in will no longer ask for {SerialNumber}. If it is the only device, a password alone is enough then.</Alert>
    </ActionModal>
  );
}

export interface MfaDevicesProps {
  userName?: string;   // none: of the root user
  assignPath: string;
}

export function MfaDevices({ userName, assignPath }: MfaDevicesProps) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<{ what: string; device: MfaDevice }>();
  const loaded = useLoad<MfaDevice[]>(`mfa-devices ${userName ?? ''}`, async (signal) =>
    (await iam('ListMFADevices', compact({ UserName: userName }), signal)).MFADevices ?? [], { changesOf: ['iam'] });
  const full = (loaded.data?.length ?? 0) >= DEVICES_MAX;
  return (
    <>
      <SmallTable<MfaDevice> title="Multi-factor authentication (MFA)" items={loaded.data} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(device) => device.SerialNumber}
        description={`Whoever signs in must have the device, not the password alone. At most ${DEVICES_MAX} devices.`}
        empty={<><b>No MFA devices</b><br />Assign one to protect this identity.</>}
        actions={<Button disabled={full || !loaded.data} onClick={() => navigate(assignPath)}>Assign MFA device</Button>}
        columns={[
          { header: 'Type', width: 190, text: (device) => deviceKind(device.SerialNumber), cell: (device) => deviceKind(device.SerialNumber) },
          { header: 'Identifier', text: (device) => device.SerialNumber, cell: (device) => <span className="kit-wrap">{device.SerialNumber}</span> },
          { header: 'Assigned', text: (device) => device.EnableDate, cell: (device) => <Time at={device.EnableDate} relative /> },
          { header: 'Actions', width: 160, cell: (device) => (
            <ButtonDropdown expandToViewport ariaLabel={`Actions of ${device.SerialNumber}`}
              items={[...(isVirtual(device.SerialNumber) ? [{ id: 'resync', text: 'Resync' }] : []), { id: 'remove', text: 'Remove' }]}
              onItemClick={({ detail }) => setOpen({ what: detail.id, device })}>Actions</ButtonDropdown>
          ) },
        ]} />
      {open?.what === 'resync' && <Resync userName={userName} device={open.device} onClose={() => setOpen(undefined)} />}
      {open?.what === 'remove' && <Remove userName={userName} device={open.device} onClose={() => setOpen(undefined)} />}
    </>
  );
}
