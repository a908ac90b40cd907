// Whether and how a user signs in to the console.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Copyable, DownloadCsv, KeyValue, LoadedPart, Status, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { iam, orNothing } from '../parts/api';
import type { LoginProfile, User } from '../parts/types';
import { passwordPolicyOrLeast } from './password';
import { generatePassword } from './password-rules';
import { choiceProblem, FIRST_CHOICE, mayChangeStep, PasswordFields } from './password-fields';
import { Secret } from './secret';
import { signInUrl } from './sign-in-url';

export interface NewPassword { userName: string; password: string }

export function PasswordResult({ userName, password }: NewPassword) {
  const url = signInUrl();
  return (
    <SpaceBetween size="m">
      <KeyValue columns={1} items={[
        { label: 'Console sign-in URL', value: <Copyable text={url} label="Copy the sign-in URL" /> },
        { label: 'User name', value: <Copyable text={userName} label="Copy the user name" /> },
        { label: 'Console password', value: <Secret text={password} name="password" /> },
      ]} />
      <DownloadCsv fileName={`${userName}_credentials.csv`}
        rows={() => [['User name', 'Password', 'Console sign-in URL'], [userName, password, url]]} />
    </SpaceBetween>
  );
}

interface ManageProps { userName: string; has: boolean; onClose: () => void; onDone: (made: NewPassword) => void }

function ManagePassword({ userName, has, onClose, onDone }: ManageProps) {
  const loaded = useLoad('password-policy-of-form', passwordPolicyOrLeast);
  const { policy, custom } = loaded.data ?? { policy: undefined, custom: false };
  const [choice, setChoice] = useState(FIRST_CHOICE);
  const [tried, setTried] = useState(false);
  const [generated] = useState(() => new Map<string, string>());
  const problem = policy && choiceProblem(choice, policy, custom);
  if (policy && !generated.has('it')) generated.set('it', generatePassword(policy));
  const password = choice.generated ? generated.get('it') ?? '' : choice.custom;
  const steps = policy ? [
    ...mayChangeStep(userName, choice, policy),
    { operation: has ? 'UpdateLoginProfile' : 'CreateLoginProfile',
      input: { UserName: userName, Password: password, PasswordResetRequired: choice.mustChange }, title: 'set the password' },
  ] : [];
  return (
    <ActionModal title={has ? 'Reset console password' : 'Enable console access'} submit={has ? 'Reset password' : 'Enable console access'}
      steps={steps} onClose={onClose} onDone={() => onDone({ userName, password })}
      onTry={() => { setTried(true); return !problem; }}>
      <LoadedPart from={loaded}>
        {(data) => <PasswordFields choice={choice} onChange={setChoice} policy={data.policy} isCustomPolicy={data.custom} tried={tried} />}
      </LoadedPart>
    </ActionModal>
  );
}

export function ConsoleAccess({ user }: { user: User }) {
  const [open, setOpen] = useState<'manage' | 'disable'>();
  const [made, setMade] = useState<NewPassword>();
  const loaded = useLoad<{ profile?: LoginProfile }>(`login-profile ${user.UserName}`, async (signal) => ({
    profile: (await orNothing(iam('GetLoginProfile', { UserName: user.UserName }, signal)))?.LoginProfile,
  }), { changesOf: ['iam'] });
  const has = loaded.data?.profile !== undefined;
  return (
    <Container header={
      <Header variant="h2" actions={loaded.data && (
        <SpaceBetween direction="horizontal" size="xs">
          {has && <Button onClick={() => setOpen('disable')}>Disable console access</Button>}
          <Button onClick={() => setOpen('manage')}>{has ? 'Reset password' : 'Enable console access'}</Button>
        </SpaceBetween>
      )}>Console sign-in</Header>
    }>
      <LoadedPart from={loaded}>
        {({ profile }) => (
          <KeyValue items={[
            { label: 'Console sign-in link', value: <Copyable text={signInUrl()} label="Copy the sign-in link" /> },
            { label: 'Console password', value: profile ? <>Set <Time at={profile.CreateDate} relative />
              {profile.PasswordResetRequired ? ', to be changed at next sign-in' : ''}</> : <Status status="Not enabled" type="stopped" /> },
            { label: 'Last console sign-in', value: user.PasswordLastUsed ? <Time at={user.PasswordLastUsed} relative /> : 'Never' },
          ]} />
        )}
      </LoadedPart>
      {open === 'manage' && <ManagePassword userName={user.UserName} has={has} onClose={() => setOpen(undefined)} onDone={setMade} />}
      {open === 'disable' && (
        <ActionModal title="Disable console access?" submit="Disable access" onClose={() => setOpen(undefined)}
          steps={[{ operation: 'DeleteLoginProfile', input: { UserName: user.UserName } }]}>
          <Box>{user.UserName} can no longer sign in to the console. Access keys go on working.</Box>
        </ActionModal>
      )}
      {made && (
        <Modal visible header="Console password" onDismiss={() => setMade(undefined)} closeAriaLabel="Close"
          footer={<Box float="right"><Button variant="primary" onClick={() => setMade(undefined)}>Close</Button></Box>}>
          <SpaceBetween size="m">
            <Alert type="info">This is the only time that you can view or download this password.</Alert>
            <PasswordResult {...made} />
          </SpaceBetween>
        </Modal>
      )}
    </Container>
  );
}
