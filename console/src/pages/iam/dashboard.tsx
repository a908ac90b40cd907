// The first page of IAM: what should be done for security, what there is, and where one signs in.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState, type ReactNode } from 'react';
import { AppLink, Copyable, KeyValue, LoadedPart, session, useFlash, useLoad, useQuery, type Loaded } from '@/kit';
import { ActionModal } from './parts/action-modal';
import { iam, type Step } from './parts/api';
import { Page } from './parts/page';
import { accountNumber } from './parts/text';
import type { AccessKey } from './parts/types';
import { signInUrl } from './credentials/sign-in-url';

type Summary = Record<string, number>;

const ALIAS = /^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$/;

function Recommendation({ good, title, children }: { good: boolean; title: string; children: ReactNode }) {
  return (
    <div>
      <StatusIndicator type={good ? 'success' : 'warning'}><b>{title}</b></StatusIndicator>
      <Box padding={{ left: 'l' }} color="text-body-secondary">{children}</Box>
    </div>
  );
}

function Recommendations({ summary, keys }: { summary: Summary; keys?: AccessKey[] }) {
  const rootMfa = summary.AccountMFAEnabled > 0;
  const rootKeys = summary.AccountAccessKeysPresent > 0;
  const isRoot = session().kind === 'root';
  return (
    <Container header={<Header variant="h2">Security recommendations</Header>}>
      <SpaceBetween size="m">
        <Recommendation good={rootMfa} title={rootMfa ? 'Root user has MFA' : 'Add MFA for root user'}>
          {rootMfa ? 'Having multi-factor authentication (MFA) for the root user improves security for this account.'
            : isRoot ? <>Enable multi-factor authentication (MFA) for the root user: <AppLink to="/iam/security-credentials/mfa">Add MFA</AppLink></>
              : 'Sign in as the root user to register MFA for it.'}
        </Recommendation>
        <Recommendation good={!rootKeys} title={rootKeys ? 'Deactivate or delete access keys for root user' : 'Root user has no active access keys'}>
          {rootKeys ? <>Use access keys attached to an IAM user or role instead.{isRoot && <> <AppLink to="/iam/security-credentials">Manage access keys</AppLink></>}</>
            : 'Using access keys attached to an IAM user or role instead of the root user improves security.'}
        </Recommendation>
        <Recommendation good={summary.Users > 0} title={summary.Users > 0 ? 'There are users for everyday tasks' : 'Create an administrator'}>
          {summary.Users > 0 ? 'Sign in as the root user only for tasks that need it.'
            : <>Do not use the root user for everyday tasks. <AppLink to="/iam/users/create">Create a user</AppLink></>}
        </Recommendation>
        {keys && keys.some((key) => key.Status === 'Active' && Date.now() / 1000 - key.CreateDate > KEY_AGE_SECONDS) && (
          <Recommendation good={false} title="Rotate your access keys">
            One of your keys is older than 90 days. <AppLink to="/iam/security-credentials">Manage access keys</AppLink>
          </Recommendation>
        )}
      </SpaceBetween>
    </Container>
  );
}

const KEY_AGE_SECONDS = 90 * 86400;

const RESOURCES: [string, string, string][] = [
  ['User groups', 'Groups', '/iam/groups'],
  ['Users', 'Users', '/iam/users'],
  ['Roles', 'Roles', '/iam/roles'],
  ['Policies', 'Policies', '/iam/policies'],
  ['Identity providers', 'Providers', '/iam/providers'],
];

function Resources({ summary }: { summary: Summary }) {
  return (
    <Container header={<Header variant="h2" description="Resources in this AWS account">IAM resources</Header>}>
      <SpaceBetween direction="horizontal" size="xl">
        {RESOURCES.map(([label, key, path]) => (
          <div key={key}>
            <Box variant="awsui-key-label">{label}</Box>
            <AppLink to={path} fontSize="display-l" ariaLabel={`${summary[key] ?? 0} ${label}`}>{String(summary[key] ?? 0)}</AppLink>
          </div>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function EditAlias({ alias, onClose }: { alias?: string; onClose: () => void }) {
  const flash = useFlash();
  const [text, setText] = useState(alias ?? '');
  const problem = ALIAS.test(text) && !/^\d{12}$/.test(text) ? undefined : '3 to 63 lowercase letters, digits and single hyphens; not twelve digits.';
  return (
    <ActionModal title={alias ? 'Edit account alias' : 'Create account alias'} submit="Save changes" ready={!problem && text !== alias} onClose={onClose}
      steps={[{ operation: 'CreateAccountAlias', input: { AccountAlias: text } }]}
      onDone={() => flash.success(`The sign-in URL is now ${signInUrl(text)}.`)}>
      <FormField label="Preferred alias" errorText={text !== '' ? problem : undefined} constraintText="Unique among all accounts here. An account has one alias: a new one takes the old one's place.">
        <Input value={text} onChange={({ detail }) => setText(detail.value.toLowerCase())} />
      </FormField>
      <FormField label="New sign-in URL"><Box variant="code">{signInUrl(text || session().account)}</Box></FormField>
    </ActionModal>
  );
}

function DeleteAlias({ alias, onClose }: { alias: string; onClose: () => void }) {
  const steps: Step[] = [{ operation: 'DeleteAccountAlias', input: { AccountAlias: alias } }];
  return (
    <ActionModal title="Delete account alias?" submit="Delete" steps={steps} onClose={onClose}>
      <Alert type="warning">The sign-in URL with {alias} will no longer lead to this account, and others may take the alias.</Alert>
    </ActionModal>
  );
}

function AccountBox() {
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const loaded: Loaded<{ AccountAliases: string[] }> = useQuery('iam', 'ListAccountAliases');
  return (
    <Container header={<Header variant="h2">AWS account</Header>}>
      <LoadedPart from={loaded}>
        {({ AccountAliases: [alias] }) => (
          <>
            <KeyValue columns={1} items={[
              { label: 'Account ID', value: <Copyable text={session().account} label="Copy the account ID" /> },
              { label: 'Account alias', value: (
                <SpaceBetween direction="horizontal" size="xs">
                  <span>{alias ?? 'None'}</span>
                  <Button variant="inline-link" onClick={() => setOpen('edit')}>{alias ? 'Edit' : 'Create'}</Button>
                  {alias && <Button variant="inline-link" onClick={() => setOpen('delete')}>Delete</Button>}
                </SpaceBetween>
              ) },
              { label: 'Sign-in URL for IAM users in this account', value: <Copyable text={signInUrl(alias)} label="Copy the sign-in URL" /> },
            ]} />
            {open === 'edit' && <EditAlias alias={alias} onClose={() => setOpen(undefined)} />}
            {open === 'delete' && <DeleteAlias alias={alias} onClose={() => setOpen(undefined)} />}
          </>
        )}
      </LoadedPart>
    </Container>
  );
}

const QUICK: [string, string, string][] = [
  ['My security credentials', '/iam/security-credentials', 'Your access keys, multi-factor authentication and password.'],
  ['Policy simulator', '/iam/simulator', 'Test what policies allow, and who may do something.'],
  ['Credential report', '/iam/credential-report', 'All users and the state of their credentials, as a .csv file.'],
  ['Account settings', '/iam/account-settings', 'Password policy and security tokens.'],
];

export function Dashboard() {
  const summary = useLoad<Summary>('account-summary', async (signal) => (await iam('GetAccountSummary', {}, signal)).SummaryMap, { changesOf: ['iam'] });
  const own = useLoad<AccessKey[]>('own-keys', async (signal) =>
    (session().kind === 'user' ? (await iam('ListAccessKeys', {}, signal)).AccessKeyMetadata : []));
  return (
    <Page title="IAM Dashboard" description={`Account ${accountNumber(session().account)}`}>
      <Grid gridDefinition={[{ colspan: { default: 12, xs: 8 } }, { colspan: { default: 12, xs: 4 } }]}>
        <SpaceBetween size="l">
          <LoadedPart from={summary}>
            {(data) => (
              <SpaceBetween size="l">
                <Recommendations summary={data} keys={own.data} />
                <Resources summary={data} />
              </SpaceBetween>
            )}
          </LoadedPart>
        </SpaceBetween>
        <SpaceBetween size="l">
          <AccountBox />
          <Container header={<Header variant="h2">Quick links</Header>}>
            <SpaceBetween size="m">
              {QUICK.map(([text, path, words]) => (
                <div key={path}><AppLink to={path}>{text}</AppLink><Box color="text-body-secondary">{words}</Box></div>
              ))}
              <div>
                <Link external href="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html">Security best practices in IAM</Link>
                <Box color="text-body-secondary">AWS's documentation.</Box>
              </div>
            </SpaceBetween>
          </Container>
        </SpaceBetween>
      </Grid>
    </Page>
  );
}
