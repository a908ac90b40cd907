// The credentials of whoever is signed in.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Copyable, KeyValue, session, useFlash, useLoad, type Tag } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { iam } from '../parts/api';
import { Page } from '../parts/page';
import { AccessKeys } from '../credentials/access-keys';
import { MfaDevices } from '../credentials/mfa-devices';
import { OtherCredentials } from '../credentials/other-credentials';

const PATH = '/iam/security-credentials';

function ChangePassword({ onClose }: { onClose: () => void }) {
  const flash = useFlash();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const differs = next !== again;
  return (
    <ActionModal title="Change password" submit="Change password" ready={old !== '' && next !== ''} onClose={onClose}
      onTry={() => { setTried(true); return !differs; }}
      steps={[{ operation: 'ChangePassword', input: { OldPassword: old, NewPassword: next } }]} onDone={() => flash.success('Your password was changed.')}>
      <FormField label="Current password"><Input type="password" autoComplete="current-password" value={old} onChange={({ detail }) => setOld(detail.value)} /></FormField>
      <FormField label="New password"><Input type="password" autoComplete="new-password" value={next} onChange={({ detail }) => setNext(detail.value)} /></FormField>
      <FormField label="Confirm new password" errorText={tried && differs ? 'The two are not the same.' : undefined}>
        <Input type="password" autoComplete="new-password" value={again} onChange={({ detail }) => setAgain(detail.value)} />
      </FormField>
    </ActionModal>
  );
}

function Who({ actions }: { actions?: React.ReactNode }) {
  const { account, accountName, arn, kind, name } = session();
  return (
    <Container header={<Header variant="h2" actions={actions}>{kind === 'root' ? 'Account details' : 'User details'}</Header>}>
      <KeyValue items={[
        { label: kind === 'root' ? 'Account name' : 'Name', value: kind === 'root' ? accountName : name },
        { label: 'Account ID', value: <Copyable text={account} label="Copy the account ID" /> },
        { label: 'ARN', value: <Copyable text={arn} label="Copy the ARN" /> },
      ]} />
    </Container>
  );
}

function OfRoot() {
  return (
    <Page title="My security credentials" description="Root user">
      <Alert type="warning" header="You are signed in as the root user">
        The root user has complete access to everything in this account. We strongly recommend that you do not use it for your everyday tasks:
        protect it with MFA, give it no access keys, lock its credentials away, and use an administrator in IAM.
      </Alert>
      <Who />
      <MfaDevices assignPath={`${PATH}/mfa`} />
      <AccessKeys createPath={`${PATH}/access-key`} />
    </Page>
  );
}

function OfUser({ name }: { name: string }) {
  const [open, setOpen] = useState(false);
  // Descriptions of keys are tags; who may not see the tags sees the keys all the same.
  const tags = useLoad<Tag[]>(`own-tags ${name}`, async (signal) => (await iam('GetUser', {}, signal)).User.Tags ?? [], { changesOf: ['iam'] });
  return (
    <Page title="My security credentials" description={`IAM user ${name}`}>
      <Who actions={<Button onClick={() => setOpen(true)}>Change password</Button>} />
      <MfaDevices userName={name} assignPath={`${PATH}/mfa`} />
      <AccessKeys userName={name} tags={tags.data} createPath={`${PATH}/access-key`} />
      <OtherCredentials userName={name} />
      {open && <ChangePassword onClose={() => setOpen(false)} />}
    </Page>
  );
}

export function MyCredentials() {
  const { kind, name } = session();
  if (kind === 'root') return <OfRoot />;
  if (kind === 'user') return <OfUser name={name} />;
  return (
    <Page title="My security credentials">
      <SpaceBetween size="l">
        <Who />
        <Alert type="info">You use temporary credentials: of a role, or federated. They have no password, keys or MFA devices of their own.</Alert>
      </SpaceBetween>
    </Page>
  );
}
