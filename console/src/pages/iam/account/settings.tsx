// Settings of the account for passwords and tokens.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { Copyable, KeyValue, LoadedPart, Status, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { iam, orNothing } from '../parts/api';
import { Page } from '../parts/page';
import { PasswordPolicyBox } from './password-policy';

const TOKENS = [
  { value: 'v1Token', label: 'Valid only in AWS Regions enabled by default' },
  { value: 'v2Token', label: 'Valid in all AWS Regions', description: 'These tokens are longer.' },
];

function EditTokens({ version, onClose }: { version: string; onClose: () => void }) {
  const [value, setValue] = useState(version);
  return (
    <ActionModal title="Session tokens of the global endpoint" submit="Save changes" ready={value !== version} onClose={onClose}
      steps={[{ operation: 'SetSecurityTokenServicePreferences', input: { GlobalEndpointTokenVersion: value } }]}>
      <RadioGroup ariaLabel="Session tokens" value={value} items={TOKENS} onChange={({ detail }) => setValue(detail.value)} />
    </ActionModal>
  );
}

function Tokens() {
  const [open, setOpen] = useState(false);
  const loaded = useLoad<string>('token-version', async (signal) =>
    `v${(await iam('GetAccountSummary', {}, signal)).SummaryMap.GlobalEndpointTokenVersion}Token`, { changesOf: ['iam'] });
  return (
    <Container header={
      <Header variant="h2" description="Of the endpoint sts.amazonaws.com; the endpoints of regions give tokens that are valid everywhere."
        actions={loaded.data && <Button onClick={() => setOpen(true)}>Change</Button>}>Security Token Service (STS)</Header>
    }>
      <LoadedPart from={loaded}>
        {(version) => (
          <>
            <KeyValue columns={1} items={[{ label: 'Session tokens from the global endpoint', value: TOKENS.find((one) => one.value === version)?.label ?? version }]} />
            {open && <EditTokens version={version} onClose={() => setOpen(false)} />}
          </>
        )}
      </LoadedPart>
    </Container>
  );
}

interface Outbound { IssuerIdentifier?: string; JwtVendingEnabled?: boolean }

function OutboundFederation() {
  const [open, setOpen] = useState(false);
  const loaded = useLoad<Outbound>('outbound', async (signal) =>
    (await orNothing(iam('GetOutboundWebIdentityFederationInfo', {}, signal), 'FeatureDisabled', 'FeatureDisabledException', 'NoSuchEntity')) ?? {}, { changesOf: ['iam'] });
  const on = Boolean(loaded.data?.JwtVendingEnabled);
  return (
    <Container header={
      <Header variant="h2" description="Identities of this account can get signed tokens (JWT) that outside services verify."
        actions={loaded.data && <Button onClick={() => setOpen(true)}>{on ? 'Disable' : 'Enable'}</Button>}>Outbound web identity federation</Header>
    }>
      <LoadedPart from={loaded}>
        {(info) => (
          <KeyValue columns={2} items={[
            { label: 'Status', value: <Status status={on ? 'Enabled' : 'Disabled'} /> },
            { label: 'Token issuer URL', value: on ? <Copyable text={info.IssuerIdentifier} label="Copy the issuer URL" /> : '-' },
          ]} />
        )}
      </LoadedPart>
      {open && (
        <ActionModal title={on ? 'Disable outbound federation?' : 'Enable outbound federation?'} submit={on ? 'Disable' : 'Enable'} onClose={() => setOpen(false)}
          steps={[{ operation: on ? 'DisableOutboundWebIdentityFederation' : 'EnableOutboundWebIdentityFederation', input: {} }]}>
          <Alert type="info">{on ? 'sts:GetWebIdentityToken is refused then.' : 'Who may call sts:GetWebIdentityToken can prove to outside services who they are.'}</Alert>
        </ActionModal>
      )}
    </Container>
  );
}

const FEATURES: [string, string, string, string, string][] = [
  ['RootCredentialsManagement', 'Root credentials management', 'The management account sees and deletes root credentials of member accounts.',
    'EnableOrganizationsRootCredentialsManagement', 'DisableOrganizationsRootCredentialsManagement'],
  ['RootSessions', 'Privileged root actions in member accounts', 'The management account gets short root sessions for certain tasks.',
    'EnableOrganizationsRootSessions', 'DisableOrganizationsRootSessions'],
];
// Said where there is no organization, or it is another account's.
const NO_ORGANIZATION = ['AccountNotManagementOrDelegatedAdministrator', 'AccountNotManagementOrDelegatedAdministratorException',
  'OrganizationNotFound', 'OrganizationNotFoundException', 'ServiceAccessNotEnabled', 'ServiceAccessNotEnabledException',
  'OrganizationNotInAllFeaturesMode', 'OrganizationNotInAllFeaturesModeException'];

function RootAccess() {
  const [open, setOpen] = useState<string>();
  const loaded = useLoad<{ EnabledFeatures?: string[] } | null>('root-features', async (signal) =>
    (await orNothing(iam('ListOrganizationsFeatures', {}, signal), ...NO_ORGANIZATION)) ?? null, { changesOf: ['iam', 'organizations'] });
  const chosen = FEATURES.find(([id]) => id === open);
  const has = (id: string) => Boolean(loaded.data?.EnabledFeatures?.includes(id));
  return (
    <Container header={<Header variant="h2" description="For the member accounts of your organization.">Root access management</Header>}>
      <LoadedPart from={loaded}>
        {(info) => (info === null
          ? <Box color="text-body-secondary">This is for the management account of an organization that trusts IAM (iam.amazonaws.com in its services).</Box>
          : (
            <KeyValue columns={2} items={FEATURES.map(([id, title, text]) => ({ label: title, value: (
              <div>
                <Status status={has(id) ? 'Enabled' : 'Disabled'} />
                <Box color="text-body-secondary">{text}</Box>
                <Button variant="inline-link" ariaLabel={`${has(id) ? 'Disable' : 'Enable'} ${title}`} onClick={() => setOpen(id)}>{has(id) ? 'Disable' : 'Enable'}</Button>
              </div>
            ) }))} />
          ))}
      </LoadedPart>
      {chosen && (
        <ActionModal title={`${has(chosen[0]) ? 'Disable' : 'Enable'} ${chosen[1].toLowerCase()}?`} submit={has(chosen[0]) ? 'Disable' : 'Enable'}
          onClose={() => setOpen(undefined)} steps={[{ operation: has(chosen[0]) ? chosen[4] : chosen[3], input: {} }]}>
          <Box>{chosen[2]}</Box>
        </ActionModal>
      )}
    </Container>
  );
}

export function AccountSettings() {
  return (
    <Page title="Account settings">
      <PasswordPolicyBox />
      <Tokens />
      <OutboundFederation />
      <RootAccess />
    </Page>
  );
}
