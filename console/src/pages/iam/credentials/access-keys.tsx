// Access keys: at most two, with when each was used last.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { ConfirmDelete, Copyable, Status, Time, call, useLoad, announceChange, type Tag } from '@/kit';
import { ActionModal, StepsCli } from '../parts/action-modal';
import { compact, everything, iam, mapBounded } from '../parts/api';
import { SmallTable } from '../parts/small-table';
import type { AccessKey, LastUsed } from '../parts/types';

export const KEYS_MAX = 2;
type Key = AccessKey & { used?: LastUsed; description?: string };

export interface AccessKeysProps {
  userName?: string;   // none: of the root user
  tags?: Tag[];        // descriptions are tags whose key is the access key's id
  createPath: string;
}

async function load(userName: string | undefined, signal: AbortSignal): Promise<Key[]> {
  const keys = await everything<AccessKey>('iam', 'ListAccessKeys', 'AccessKeyMetadata', compact({ UserName: userName }), signal);
  return mapBounded(keys, async (key) => {
    const out = await iam('GetAccessKeyLastUsed', { AccessKeyId: key.AccessKeyId }, signal).catch(() => undefined);
    return { ...key, used: out?.AccessKeyLastUsed };
  });
}

const lastUsed = ({ used }: Key) => (used === undefined ? 'Not allowed to see'
  : used.LastUsedDate ? <><Time at={used.LastUsedDate} relative />, {used.ServiceName} in {used.Region}</> : 'Never used');

function DeleteKey({ keyOf, owner, onClose }: { keyOf: Key; owner: { UserName?: string }; onClose: () => void }) {
  const input = compact({ ...owner, AccessKeyId: keyOf.AccessKeyId });
  return (
    <ConfirmDelete visible title={`Delete access key ${keyOf.AccessKeyId}?`} typed={keyOf.AccessKeyId} onClose={onClose}
      warning={keyOf.Status === 'Active' ? 'This key is active. Deactivate it first, to see whether something still needs it: a deleted key cannot be restored.' : undefined}
      onDelete={async () => { await call('iam', 'DeleteAccessKey', input); announceChange('iam'); }}
      cli={<StepsCli steps={[{ operation: 'DeleteAccessKey', input }]} />}>
      <Box>Last used: {lastUsed(keyOf)}.</Box>
    </ConfirmDelete>
  );
}

export function AccessKeys({ userName, tags = [], createPath }: AccessKeysProps) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<{ what: 'status' | 'delete'; key: Key }>();
  const loaded = useLoad<Key[]>(`access-keys ${userName ?? ''}`, (signal) => load(userName, signal), { changesOf: ['iam'] });
  const keys = loaded.data?.map((key) => ({ ...key, description: tags.find((tag) => tag.Key === key.AccessKeyId)?.Value }));
  const owner = compact({ UserName: userName });
  const full = (keys?.length ?? 0) >= KEYS_MAX;
  return (
    <>
      <SmallTable<Key> title="Access keys" items={keys} keyOf={(key) => key.AccessKeyId} error={loaded.error} onRetry={loaded.refresh}
        description="Use access keys to send programmatic requests from the AWS CLI, an SDK or Terraform. You can have two at a time, active or inactive."
        actions={<Button disabled={full || !keys} disabledReason={full ? 'A user has at most two access keys.' : undefined}
          onClick={() => navigate(createPath)}>Create access key</Button>}
        empty={<><b>No access keys</b><br />{userName ? 'Temporary credentials, from roles, are better for most purposes.' : 'The root user should have none.'}</>}
        columns={[
          { header: 'Access key ID', width: 240, text: (key) => key.AccessKeyId, cell: (key) => <Copyable text={key.AccessKeyId} label={`Copy ${key.AccessKeyId}`} /> },
          { header: 'Description', cell: (key) => key.description ?? '-' },
          { header: 'Status', text: (key) => key.Status, cell: (key) => <Status status={key.Status} /> },
          { header: 'Last used', text: (key) => key.used?.LastUsedDate ?? 0, cell: lastUsed },
          { header: 'Created', text: (key) => key.CreateDate, cell: (key) => <Time at={key.CreateDate} relative /> },
          { header: 'Actions', width: 160, cell: (key) => (
            <ButtonDropdown expandToViewport ariaLabel={`Actions of ${key.AccessKeyId}`}
              items={[{ id: 'status', text: key.Status === 'Active' ? 'Deactivate' : 'Activate' }, { id: 'delete', text: 'Delete' }]}
              onItemClick={({ detail }) => setOpen({ what: detail.id as 'status' | 'delete', key })}>Actions</ButtonDropdown>
          ) },
        ]} />
      {open?.what === 'status' && (
        <ActionModal title={`${open.key.Status === 'Active' ? 'Deactivate' : 'Activate'} ${open.key.AccessKeyId}?`}
          submit={open.key.Status === 'Active' ? 'Deactivate' : 'Activate'} onClose={() => setOpen(undefined)}
          steps={[{ operation: 'UpdateAccessKey', input: compact({
            ...owner, AccessKeyId: open.key.AccessKeyId, Status: open.key.Status === 'Active' ? 'Inactive' : 'Active' }) }]}>
          {open.key.Status === 'Active'
            ? <Alert type="info">Requests signed with this key are refused at once. You can activate it again.</Alert>
            : <Box>Requests signed with this key are taken again.</Box>}
        </ActionModal>
      )}
      {open?.what === 'delete' && <DeleteKey keyOf={open.key} owner={owner} onClose={() => setOpen(undefined)} />}
    </>
  );
}
