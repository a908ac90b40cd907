// Invitations: those that the organization sent, or those that this account has.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { Status, Time, useFlash, useLoad } from '@/kit';
import { ActionModal } from '../iam/parts/action-modal';
import { compact } from '../iam/parts/api';
import { SmallTable } from '../iam/parts/small-table';
import { list, type Handshake } from './data';

const OPEN = ['REQUESTED', 'OPEN'];
const TITLES: Record<string, string> = { AcceptHandshake: 'Accept', DeclineHandshake: 'Decline', CancelHandshake: 'Cancel invitation' };

export function Invite({ onClose }: { onClose: () => void }) {
  const flash = useFlash();
  const [who, setWho] = useState('');
  const [notes, setNotes] = useState('');
  const isId = /^\d{12}$/.test(who);
  return (
    <ActionModal title="Invite an existing AWS account" submit="Send invitation" ready={isId || /^\S+@\S+$/.test(who)} onClose={onClose}
      onDone={() => flash.success(`${who} is invited.`)} steps={[{ service: 'organizations', operation: 'InviteAccountToOrganization',
        input: compact({ Target: { Id: who, Type: isId ? 'ACCOUNT' : 'EMAIL' }, Notes: notes }) }]}>
      <FormField label="Account ID or e-mail address of its root user"><Input value={who} onChange={({ detail }) => setWho(detail.value.trim())} /></FormField>
      <FormField label="Message - optional"><Textarea rows={3} value={notes} onChange={({ detail }) => setNotes(detail.value)} /></FormField>
    </ActionModal>
  );
}

export function Invitations({ ofOrganization }: { ofOrganization: boolean }) {
  const [open, setOpen] = useState<{ operation: string; handshake: Handshake }>();
  const operation = ofOrganization ? 'ListHandshakesForOrganization' : 'ListHandshakesForAccount';
  const loaded = useLoad<Handshake[]>(operation, (signal) => list(operation, 'Handshakes', {}, signal), { changesOf: ['organizations'] });
  const other = (one: Handshake) => one.Parties.find((party) => (party.Type === 'ORGANIZATION') !== ofOrganization)?.Id ?? '-';
  const choices = ofOrganization ? ['CancelHandshake'] : ['AcceptHandshake', 'DeclineHandshake'];
  return (
    <>
      <SmallTable<Handshake> title="Invitations" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => one.Id}
        description={ofOrganization ? 'Invitations that this organization sent. They are good for 15 days.' : 'Organizations that invite this account.'}
        empty="There are no invitations."
        columns={[
          { header: ofOrganization ? 'Invited' : 'Organization', text: other, cell: other },
          { header: 'Status', text: (one) => one.State, cell: (one) => <Status status={one.State} type={OPEN.includes(one.State) ? 'pending' : one.State === 'ACCEPTED' ? 'success' : 'stopped'} /> },
          { header: 'Sent', text: (one) => one.RequestedTimestamp, cell: (one) => <Time at={one.RequestedTimestamp} relative /> },
          { header: 'Expires', text: (one) => one.ExpirationTimestamp, cell: (one) => <Time at={one.ExpirationTimestamp} /> },
          { header: 'Actions', width: 220, cell: (one) => (OPEN.includes(one.State) ? (
            <SpaceBetween direction="horizontal" size="xs">
              {choices.map((choice) => <Button key={choice} variant="inline-link" ariaLabel={`${TITLES[choice]} of ${other(one)}`}
                onClick={() => setOpen({ operation: choice, handshake: one })}>{TITLES[choice]}</Button>)}
            </SpaceBetween>
          ) : '-') },
        ]} />
      {open && (
        <ActionModal title={`${TITLES[open.operation]}?`} submit={TITLES[open.operation]} onClose={() => setOpen(undefined)}
          steps={[{ service: 'organizations', operation: open.operation, input: { HandshakeId: open.handshake.Id } }]}>
          <Box>{open.operation === 'AcceptHandshake' ? 'The organization\'s policies then limit what is possible in this account.' : 'The invitation ends.'}</Box>
        </ActionModal>
      )}
    </>
  );
}
