// The account page: what AWS calls My Account.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { announceChange, call, ConfirmDelete, Copyable, KeyValue, LoadedPart, RefusalAlert, Status, Time, useFlash, useWork } from '@/kit';
import { TextField } from '../resources/fields';
import { Panel } from '../resources/resource-page';
import { account_region, ask, useAccountFacts, type AccountFacts } from './api';
import { AlternateContacts, ContactInformation } from './contacts';
import { WorkDialog } from './dialog';
import { Regions } from './regions';

function Settings({ facts }: { facts: AccountFacts }) {
  const [name, setName] = useState<string>();
  const input = { AccountName: name };
  return (
    <Panel title="Account settings" actions={<Button onClick={() => setName(facts.name)}>Edit account name</Button>}>
      <KeyValue items={[
        { label: 'Account ID', value: <Copyable text={facts.account} /> },
        { label: 'Account name', value: facts.name },
        { label: 'Root user email', value: facts.email ?? 'The root user sees it' },
        { label: 'Status', value: <Status status={facts.state} /> },
        { label: 'Created', value: <Time at={facts.created} /> },
        ...(facts.root ? [{ label: 'Root password', value: facts.passwordSet ? 'Set' : 'Not set' }] : []),
      ]} />
      {name !== undefined && (
        <WorkDialog title="Edit account name" submit="Save changes" success="The account name was changed." isValid={name.trim() !== ''} onClose={() => setName(undefined)}
          work={() => call('account', 'PutAccountName', input, { region: account_region })} calls={[{ service: 'account', operation: 'PutAccountName', input }]}>
          <TextField label="Account name" value={name} onChange={setName} />
        </WorkDialog>
      )}
    </Panel>
  );
}

// "You must activate IAM user and role access to Billing before you can use the AdministratorAccess permissions": Edit, Activate IAM Access, Update.
function BillingAccess({ facts }: { facts: AccountFacts }) {
  const [wanted, setWanted] = useState<boolean>();
  const flash = useFlash();
  const work = useWork(['account'], async () => {
    await ask('iam-access', { active: wanted });
  });
  const update = async () => {
    if (!(await work.start())) return;
    setWanted(undefined);
    flash.success(`IAM user and role access to billing information was ${wanted ? 'activated' : 'deactivated'}.`);
  };
  const cancel = () => {
    setWanted(undefined);
    work.reset();
  };
  return (
    <Panel title="IAM user and role access to Billing information" actions={wanted === undefined && (
      <Button disabled={!facts.root} disabledReason="Only the root user can change this." onClick={() => setWanted(facts.iamAccessToBilling)}>Edit</Button>
    )}>
      <SpaceBetween size="m">
        {wanted === undefined ? (
          <div>IAM user and role access to billing information is <strong>{facts.iamAccessToBilling ? 'activated' : 'deactivated'}</strong>.
            {!facts.iamAccessToBilling && ' Until it is activated, no policy lets IAM users and roles see bills, AdministratorAccess included.'}</div>
        ) : (
          <>
            <Checkbox checked={wanted} onChange={(e) => setWanted(e.detail.checked)}
              description="IAM users and roles can see billing information then, as their policies allow.">Activate IAM Access</Checkbox>
            <RefusalAlert error={work.error} />
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="primary" loading={work.pending} onClick={update}>Update</Button>
              <Button variant="link" onClick={cancel}>Cancel</Button>
            </SpaceBetween>
          </>
        )}
      </SpaceBetween>
    </Panel>
  );
}

const supportPlans: Record<string, string> = { basic: 'Basic support', developer: 'Developer support', business: 'Business support' };

function Payment({ facts }: { facts: AccountFacts }) {
  if (!facts.root) return null;
  const { billing } = facts;
  return (
    <Panel title="Payment and support" description="haar records a card as the sign-up page asks for it, and never charges it.">
      <KeyValue items={billing ? [
        { label: 'Card holder', value: billing.cardHolder },
        { label: 'Card', value: billing.cardLastDigits && `ends in ${billing.cardLastDigits}, valid until ${billing.cardExpires ?? '-'}` },
        { label: 'Use', value: billing.use },
        { label: 'Support plan', value: supportPlans[billing.supportPlan ?? ''] ?? billing.supportPlan },
      ] : [{ label: 'Card', value: 'None recorded' }]} />
    </Panel>
  );
}

function Close({ facts }: { facts: AccountFacts }) {
  const [closing, setClosing] = useState(false);
  const close = async () => {
    await ask('close', { account: facts.account });
    announceChange('account');
  };
  return (
    <Panel title="Close account" actions={
      <Button disabled={!facts.root || facts.state !== 'ACTIVE'} disabledReason={facts.root ? `The account is ${facts.state.toLowerCase()}.` : 'Only the root user can close the account.'}
        onClick={() => setClosing(true)}>Close account</Button>
    }>
      <div>Nobody signs in to a closed account, and requests with its keys are refused. Its databases and caches stop being reachable.</div>
      <ConfirmDelete visible={closing} title={`Close account ${facts.account}?`} typed={facts.account} button="Close account" onDelete={close} onClose={() => setClosing(false)}
        warning="You are signed out with the next step, and only the operator of this haar can bring the account back." />
    </Panel>
  );
}

export function AccountPage() {
  const facts = useAccountFacts();
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Account</Header>
      <LoadedPart from={facts}>
        {(data) => (
          <SpaceBetween size="l">
            {data.state !== 'ACTIVE' && <Alert type="warning">The account is {data.state.toLowerCase().replace('_', ' ')}.</Alert>}
            <Settings facts={data} />
            <ContactInformation />
            <AlternateContacts />
            <BillingAccess facts={data} />
            <Payment facts={data} />
            <Regions />
            <Close facts={data} />
          </SpaceBetween>
        )}
      </LoadedPart>
    </SpaceBetween>
  );
}
