// The contact information of the account, and its alternate contacts.
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { call, KeyValue, LoadedPart, Status, useLoad, useQuery, type ApiError } from '@/kit';
import { TextField } from '../resources/fields';
import { Panel } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { account_region } from './api';
import { WorkDialog } from './dialog';

interface Contact {
  FullName?: string;
  CompanyName?: string;
  AddressLine1?: string;
  AddressLine2?: string;
  AddressLine3?: string;
  City?: string;
  StateOrRegion?: string;
  DistrictOrCounty?: string;
  PostalCode?: string;
  CountryCode?: string;
  PhoneNumber?: string;
  WebsiteUrl?: string;
}

const fields: { name: keyof Contact; label: string; isOptional?: boolean; hint?: string }[] = [
  { name: 'FullName', label: 'Full name' },
  { name: 'CompanyName', label: 'Company name', isOptional: true },
  { name: 'PhoneNumber', label: 'Phone number', hint: 'With the country code, for example +353 1 234 5678.' },
  { name: 'WebsiteUrl', label: 'Website URL', isOptional: true },
  { name: 'AddressLine1', label: 'Address' },
  { name: 'AddressLine2', label: 'Address, second line', isOptional: true },
  { name: 'AddressLine3', label: 'Address, third line', isOptional: true },
  { name: 'City', label: 'City' },
  { name: 'StateOrRegion', label: 'State, province or region', isOptional: true },
  { name: 'DistrictOrCounty', label: 'District or county', isOptional: true },
  { name: 'PostalCode', label: 'Postal code' },
  { name: 'CountryCode', label: 'Country code', hint: 'Two letters, for example IE.' },
];

function EditContact({ before, onClose }: { before: Contact; onClose: () => void }) {
  const [contact, setContact] = useState(before);
  const input = { ContactInformation: compact({ ...contact }) };
  const isValid = fields.every((field) => field.isOptional || (contact[field.name] ?? '').trim() !== '');
  return (
    <WorkDialog title="Edit contact information" submit="Update" success="The contact information was updated." isValid={isValid} onClose={onClose}
      work={() => call('account', 'PutContactInformation', input, { region: account_region })}
      calls={[{ service: 'account', operation: 'PutContactInformation', input }]}>
      {fields.map((field) => (
        <TextField key={field.name} label={field.label} isOptional={field.isOptional} hint={field.hint} value={contact[field.name] ?? ''}
          onChange={(text) => setContact({ ...contact, [field.name]: text })} />
      ))}
    </WorkDialog>
  );
}

function VerifyPhone({ onClose }: { onClose: () => void }) {
  const [code, setCode] = useState('');
  const [sent, setSent] = useState(false);
  const send = async () => {
    await call('account', 'SendPhoneNumberVerification', {}, { region: account_region });
    setSent(true);
  };
  return sent ? (
    <WorkDialog title="Verify the phone number" submit="Verify" success="The phone number was verified." isValid={code !== ''} onClose={onClose}
      work={() => call('account', 'VerifyPhoneNumber', { Otp: code }, { region: account_region })}
      calls={[{ service: 'account', operation: 'VerifyPhoneNumber', input: { Otp: code || 'CODE' } }]}>
      <TextField label="Verification code" value={code} onChange={(text) => setCode(text.trim())} hint="It was sent to the phone number of the account." />
    </WorkDialog>
  ) : (
    <SendCode onClose={onClose} send={send} />
  );
}

// The first half keeps its dialog open: the code is asked for in the second.
function SendCode({ onClose, send }: { onClose: () => void; send: () => Promise<void> }) {
  return (
    <WorkDialog title="Verify the phone number" submit="Send code" success="The code was sent." onClose={() => undefined} work={send}
      calls={[{ service: 'account', operation: 'SendPhoneNumberVerification' }]}>
      <SpaceBetween size="s">
        <div>A code is sent to the phone number of the account.</div>
        <Button variant="inline-link" formAction="none" onClick={onClose}>Not now</Button>
      </SpaceBetween>
    </WorkDialog>
  );
}

export function ContactInformation() {
  const [dialog, setDialog] = useState<'edit' | 'verify'>();
  const asked = useQuery<{ ContactInformation?: Contact; VerificationStatus?: string }>('account', 'GetContactInformation', {}, { region: account_region });
  const contact = asked.data?.ContactInformation ?? {};
  const status = asked.data?.VerificationStatus;
  const close = () => setDialog(undefined);
  return (
    <Panel title="Contact information" actions={
      <SpaceBetween direction="horizontal" size="xs">
        {status && status !== 'VERIFIED' && status !== 'NOT_SUPPORTED' && <Button onClick={() => setDialog('verify')}>Verify phone number</Button>}
        <Button disabled={asked.loading} onClick={() => setDialog('edit')}>Edit</Button>
      </SpaceBetween>
    }>
      <LoadedPart from={asked}>
        {() => (
          <KeyValue items={[
            ...fields.filter((field) => !field.isOptional || contact[field.name]).map((field) => ({ label: field.label, value: contact[field.name] })),
            { label: 'Phone verification', value: <Status status={status} type={status === 'VERIFIED' ? 'success' : 'pending'} /> },
          ]} />
        )}
      </LoadedPart>
      {dialog === 'edit' && <EditContact before={contact} onClose={close} />}
      {dialog === 'verify' && <VerifyPhone onClose={close} />}
    </Panel>
  );
}

const kinds = [{ type: 'BILLING', label: 'Billing' }, { type: 'OPERATIONS', label: 'Operations' }, { type: 'SECURITY', label: 'Security' }] as const;

interface Alternate {
  Name?: string;
  Title?: string;
  EmailAddress?: string;
  PhoneNumber?: string;
}

const alternateFields: { name: keyof Alternate; label: string }[] = [
  { name: 'Name', label: 'Full name' }, { name: 'Title', label: 'Title' }, { name: 'EmailAddress', label: 'Email' }, { name: 'PhoneNumber', label: 'Phone' },
];

export function AlternateContacts() {
  const [dialog, setDialog] = useState<{ type: string; label: string; contact?: Alternate; removes?: boolean }>();
  const asked = useLoad('alternate contacts', async (signal) => Promise.all(kinds.map(async ({ type }) => {
    try {
      const out = await call<{ AlternateContact?: Alternate }>('account', 'GetAlternateContact', { AlternateContactType: type }, { region: account_region, signal });
      return out.AlternateContact;
    } catch (error) {
      if ((error as ApiError).code === 'ResourceNotFoundException') return undefined;
      throw error;
    }
  })), { changesOf: ['account'] });
  const close = () => setDialog(undefined);
  return (
    <Panel title="Alternate contacts" description="Who gets messages besides the root user.">
      <LoadedPart from={asked}>
        {(contacts) => (
          <SpaceBetween size="l">
            {kinds.map(({ type, label }, index) => {
              const contact = contacts[index];
              return (
                <SpaceBetween key={type} size="xs">
                  <KeyValue columns={4} items={contact ? alternateFields.map((field) => ({ label: `${label}: ${field.label.toLowerCase()}`, value: contact[field.name] }))
                    : [{ label, value: 'None' }]} />
                  <SpaceBetween direction="horizontal" size="xs">
                    <Button ariaLabel={`Edit the ${label.toLowerCase()} contact`} onClick={() => setDialog({ type, label, contact })}>Edit</Button>
                    {contact && <Button ariaLabel={`Remove the ${label.toLowerCase()} contact`} onClick={() => setDialog({ type, label, removes: true })}>Remove</Button>}
                  </SpaceBetween>
                </SpaceBetween>
              );
            })}
          </SpaceBetween>
        )}
      </LoadedPart>
      {dialog && !dialog.removes && <EditAlternate type={dialog.type} label={dialog.label} before={dialog.contact ?? {}} onClose={close} />}
      {dialog?.removes && (
        <WorkDialog title={`Remove the ${dialog.label.toLowerCase()} contact?`} submit="Remove" success="The contact was removed." onClose={close}
          work={() => call('account', 'DeleteAlternateContact', { AlternateContactType: dialog.type }, { region: account_region })}
          calls={[{ service: 'account', operation: 'DeleteAlternateContact', input: { AlternateContactType: dialog.type } }]}>
          <div>Its messages go to the root user alone then.</div>
        </WorkDialog>
      )}
    </Panel>
  );
}

function EditAlternate({ type, label, before, onClose }: { type: string; label: string; before: Alternate; onClose: () => void }) {
  const [contact, setContact] = useState(before);
  const input = { AlternateContactType: type, ...contact };
  return (
    <WorkDialog title={`${label} contact`} submit="Update" success={`The ${label.toLowerCase()} contact was updated.`} onClose={onClose}
      isValid={alternateFields.every((field) => (contact[field.name] ?? '').trim() !== '')} calls={[{ service: 'account', operation: 'PutAlternateContact', input }]}
      work={() => call('account', 'PutAlternateContact', input, { region: account_region })}>
      {alternateFields.map((field) => (
        <TextField key={field.name} label={field.label} value={contact[field.name] ?? ''} onChange={(text) => setContact({ ...contact, [field.name]: text })} />
      ))}
    </WorkDialog>
  );
}
