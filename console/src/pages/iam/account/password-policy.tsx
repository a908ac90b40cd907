// The account's password policy.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { LoadedPart, useFlash, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { compact } from '../parts/api';
import type { PasswordPolicy } from '../parts/types';
import { passwordPolicy } from '../credentials/password';
import { requirements } from '../credentials/password-rules';

const SWITCHES: [keyof PasswordPolicy, string][] = [
  ['RequireUppercaseCharacters', 'Require at least one uppercase letter (A-Z)'],
  ['RequireLowercaseCharacters', 'Require at least one lowercase letter (a-z)'],
  ['RequireNumbers', 'Require at least one number'],
  ['RequireSymbols', 'Require at least one symbol'],
];

interface Draft {
  policy: PasswordPolicy;
  length: string;
  expires: boolean;
  days: string;
  remembers: boolean;
  count: string;
}

const whole = (text: string, least: number, most: number) => /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;

function problem(draft: Draft): string | undefined {
  if (!whole(draft.length, 6, 128)) return 'The minimum length is between 6 and 128.';
  if (draft.expires && !whole(draft.days, 1, 1095)) return 'Passwords expire after 1 to 1,095 days.';
  return draft.remembers && !whole(draft.count, 1, 24) ? 'Between 1 and 24 passwords can be remembered.' : undefined;
}

function inputOf({ policy, length, expires, days, remembers, count }: Draft) {
  return compact({
    MinimumPasswordLength: Number(length), RequireSymbols: policy.RequireSymbols, RequireNumbers: policy.RequireNumbers,
    RequireUppercaseCharacters: policy.RequireUppercaseCharacters, RequireLowercaseCharacters: policy.RequireLowercaseCharacters,
    AllowUsersToChangePassword: policy.AllowUsersToChangePassword, MaxPasswordAge: expires ? Number(days) : undefined,
    PasswordReusePrevention: remembers ? Number(count) : undefined, HardExpiry: expires ? Boolean(policy.HardExpiry) : undefined,
  });
}

function Edit({ policy: before, onClose }: { policy: PasswordPolicy; onClose: () => void }) {
  const flash = useFlash();
  const [draft, setDraft] = useState<Draft>({
    policy: before, length: String(before.MinimumPasswordLength), expires: Boolean(before.MaxPasswordAge), days: String(before.MaxPasswordAge ?? 90),
    remembers: Boolean(before.PasswordReusePrevention), count: String(before.PasswordReusePrevention ?? 5),
  });
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const rule = (part: Partial<PasswordPolicy>) => change({ policy: { ...draft.policy, ...part } });
  const wrong = problem(draft);
  return (
    <ActionModal title="Edit password policy" submit="Save changes" size="large" ready={!wrong} onClose={onClose}
      steps={[{ operation: 'UpdateAccountPasswordPolicy', input: inputOf(draft) }]} onDone={() => flash.success('Password policy updated.')}>
      <FormField label="Minimum password length" constraintText="Between 6 and 128 characters." errorText={wrong}>
        <Input type="number" inputMode="numeric" value={draft.length} onChange={({ detail }) => change({ length: detail.value })} />
      </FormField>
      <FormField label="Password strength">
        <SpaceBetween size="xs">
          {SWITCHES.map(([key, label]) => (
            <Checkbox key={key} checked={Boolean(draft.policy[key])} onChange={({ detail }) => rule({ [key]: detail.checked })}>{label}</Checkbox>
          ))}
        </SpaceBetween>
      </FormField>
      <FormField label="Other requirements">
        <SpaceBetween size="xs">
          <Checkbox checked={draft.expires} onChange={({ detail }) => change({ expires: detail.checked })}>Turn on password expiration</Checkbox>
          {draft.expires && (
            <>
              <Input type="number" inputMode="numeric" value={draft.days} ariaLabel="Expire after days" onChange={({ detail }) => change({ days: detail.value })} />
              <Checkbox checked={Boolean(draft.policy.HardExpiry)} onChange={({ detail }) => rule({ HardExpiry: detail.checked })}>
                Password expiration requires administrator reset
              </Checkbox>
            </>
          )}
          <Checkbox checked={draft.policy.AllowUsersToChangePassword} onChange={({ detail }) => rule({ AllowUsersToChangePassword: detail.checked })}>
            Allow users to change their own password
          </Checkbox>
          <Checkbox checked={draft.remembers} onChange={({ detail }) => change({ remembers: detail.checked })}>Prevent password reuse</Checkbox>
          {draft.remembers && (
            <Input type="number" inputMode="numeric" value={draft.count} ariaLabel="Passwords to remember" onChange={({ detail }) => change({ count: detail.value })} />
          )}
        </SpaceBetween>
      </FormField>
    </ActionModal>
  );
}

function more(policy: PasswordPolicy): string[] {
  return [
    policy.MaxPasswordAge ? `Passwords expire after ${policy.MaxPasswordAge} days${policy.HardExpiry ? ', and an administrator must reset them then' : ''}` : 'Passwords never expire',
    policy.AllowUsersToChangePassword ? 'Users may change their own password' : 'Users may change their own password only if a policy allows it',
  ];
}

export function PasswordPolicyBox() {
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const loaded = useLoad('password-policy-box', (signal) => passwordPolicy(signal), { changesOf: ['iam'] });
  return (
    <Container header={
      <Header variant="h2" description="What passwords of IAM users must be like. The root user's password follows AWS's own rules."
        actions={loaded.data && (
          <SpaceBetween direction="horizontal" size="xs">
            {loaded.data.custom && <Button onClick={() => setOpen('delete')}>Reset to default</Button>}
            <Button onClick={() => setOpen('edit')}>Edit</Button>
          </SpaceBetween>
        )}>Password policy</Header>
    }>
      <LoadedPart from={loaded}>
        {({ policy, custom }) => (
          <>
            <Box variant="p">{custom ? 'This account has a policy of its own:' : 'This account uses the default policy:'}</Box>
            <ul>{[...requirements(policy, custom), ...more(policy)].map((rule) => <li key={rule}>{rule}</li>)}</ul>
            {open === 'edit' && <Edit policy={policy} onClose={() => setOpen(undefined)} />}
            {open === 'delete' && (
              <ActionModal title="Reset to the default policy?" submit="Reset" onClose={() => setOpen(undefined)}
                steps={[{ operation: 'DeleteAccountPasswordPolicy', input: {} }]}>
                <Alert type="info">Passwords that there are stay as they are.</Alert>
              </ActionModal>
            )}
          </>
        )}
      </LoadedPart>
    </Container>
  );
}
