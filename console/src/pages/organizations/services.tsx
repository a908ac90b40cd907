// Trusted services, and the accounts that administer them for the organization.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, Time, useLoad } from '@/kit';
import { ActionModal } from '../iam/parts/action-modal';
import { mapBounded } from '../iam/parts/api';
import { Page } from '../iam/parts/page';
import { SmallTable } from '../iam/parts/small-table';
import { list } from './data';
import { InOrganization } from './in-organization';

const service = 'organizations';
const PRINCIPAL = /^[a-z0-9.-]+\.[a-z]+$/;

interface Trusted { ServicePrincipal: string; DateEnabled: number }
interface Delegation { account: string; name: string; service: string; since: number }

function TrustedServices() {
  const [open, setOpen] = useState<'enable' | 'disable'>();
  const [text, setText] = useState('');
  const [selected, setSelected] = useState<Trusted[]>([]);
  const loaded = useLoad<Trusted[]>('trusted', (signal) => list('ListAWSServiceAccessForOrganization', 'EnabledServicePrincipals', {}, signal), { changesOf: ['organizations'] });
  return (
    <>
      <SmallTable<Trusted> title="Trusted services" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => one.ServicePrincipal}
        description="Services that may act in all accounts of the organization." select="single" selected={selected} onSelect={setSelected} empty="No service is trusted."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected[0]} onClick={() => setOpen('disable')}>Disable trusted access</Button>
            <Button onClick={() => setOpen('enable')}>Enable trusted access</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Service principal', text: (one) => one.ServicePrincipal, cell: (one) => one.ServicePrincipal },
          { header: 'Enabled', text: (one) => one.DateEnabled, cell: (one) => <Time at={one.DateEnabled} relative /> },
        ]} />
      {open === 'enable' && (
        <ActionModal title="Enable trusted access" submit="Enable" ready={PRINCIPAL.test(text)} onClose={() => setOpen(undefined)} onDone={() => setText('')}
          steps={[{ service, operation: 'EnableAWSServiceAccess', input: { ServicePrincipal: text } }]}>
          <FormField label="Service principal" constraintText="For example iam.amazonaws.com or access-analyzer.amazonaws.com">
            <Input value={text} onChange={({ detail }) => setText(detail.value.trim())} />
          </FormField>
        </ActionModal>
      )}
      {open === 'disable' && (
        <ActionModal title="Disable trusted access?" submit="Disable" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={[{ service, operation: 'DisableAWSServiceAccess', input: { ServicePrincipal: selected[0].ServicePrincipal } }]}>
          <Box>{selected[0].ServicePrincipal} can no longer act in the accounts.</Box>
        </ActionModal>
      )}
    </>
  );
}

async function delegations(signal: AbortSignal): Promise<Delegation[]> {
  const administrators = await list<{ Id: string; Name: string }>('ListDelegatedAdministrators', 'DelegatedAdministrators', {}, signal);
  const found = await mapBounded(administrators, async ({ Id, Name }) =>
    (await list<{ ServicePrincipal: string; DelegationEnabledDate: number }>('ListDelegatedServicesForAccount', 'DelegatedServices', { AccountId: Id }, signal))
      .map((one): Delegation => ({ account: Id, name: Name, service: one.ServicePrincipal, since: one.DelegationEnabledDate })));
  return found.flat();
}

function DelegatedAdministrators() {
  const [open, setOpen] = useState<'register' | Delegation>();
  const [account, setAccount] = useState('');
  const [text, setText] = useState('');
  const loaded = useLoad<Delegation[]>('delegations', delegations, { changesOf: ['organizations'] });
  return (
    <>
      <SmallTable<Delegation> title="Delegated administrators" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => `${one.account} ${one.service}`}
        description="Member accounts that administer a service for the whole organization." empty="No account is a delegated administrator."
        actions={<Button onClick={() => setOpen('register')}>Register administrator</Button>}
        columns={[
          { header: 'Account', text: (one) => one.name, cell: (one) => <AppLink to={`/organizations/accounts/${one.account}`}>{`${one.name} (${one.account})`}</AppLink> },
          { header: 'Service', text: (one) => one.service, cell: (one) => one.service },
          { header: 'Since', text: (one) => one.since, cell: (one) => <Time at={one.since} relative /> },
          { header: 'Actions', width: 140, cell: (one) => <Button variant="inline-link" ariaLabel={`Deregister ${one.name} for ${one.service}`} onClick={() => setOpen(one)}>Deregister</Button> },
        ]} />
      {open === 'register' && (
        <ActionModal title="Register a delegated administrator" submit="Register" ready={/^\d{12}$/.test(account) && PRINCIPAL.test(text)} onClose={() => setOpen(undefined)}
          steps={[{ service, operation: 'RegisterDelegatedAdministrator', input: { AccountId: account, ServicePrincipal: text } }]}>
          <FormField label="Account ID"><Input value={account} inputMode="numeric" onChange={({ detail }) => setAccount(detail.value.trim())} /></FormField>
          <FormField label="Service principal"><Input value={text} onChange={({ detail }) => setText(detail.value.trim())} /></FormField>
        </ActionModal>
      )}
      {open && open !== 'register' && (
        <ActionModal title="Deregister the administrator?" submit="Deregister" onClose={() => setOpen(undefined)}
          steps={[{ service, operation: 'DeregisterDelegatedAdministrator', input: { AccountId: open.account, ServicePrincipal: open.service } }]}>
          <Box>{open.name} no longer administers {open.service}.</Box>
        </ActionModal>
      )}
    </>
  );
}

export function Services() {
  return <InOrganization>{() => <Page title="Services"><TrustedServices /><DelegatedAdministrators /></Page>}</InOrganization>;
}
