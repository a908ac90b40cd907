// Changing a role: its trust policy, description and session duration; revoking its sessions.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { KeyValue, useFlash } from '@/kit';
import { ActionModal, StepsCli, StepsRefusal } from '../parts/action-modal';
import { useSteps } from '../parts/api';
import { prettyDocument } from '../parts/text';
import type { Role } from '../parts/types';
import { hasErrors, PolicyEditor } from '../policy/policy-editor';
import { isServiceLinked } from './delete-roles';
import { trusted } from './trust';

const TRUST_CHARACTERS_MAX = 2048;
const HOUR_SECONDS = 3600;
const DURATIONS = [1, 2, 4, 8, 12].map((hours) => ({ value: String(hours * HOUR_SECONDS), label: hours === 1 ? '1 hour' : `${hours} hours` }));

export function EditRole({ role, onClose }: { role: Role; onClose: () => void }) {
  const [description, setDescription] = useState(role.Description ?? '');
  const [seconds, setSeconds] = useState(String(role.MaxSessionDuration ?? HOUR_SECONDS));
  const options = DURATIONS.some((one) => one.value === seconds) ? DURATIONS : [...DURATIONS, { value: seconds, label: `${seconds} seconds` }];
  return (
    <ActionModal title={`Edit ${role.RoleName}`} submit="Save changes" onClose={onClose}
      steps={[{ operation: 'UpdateRole', input: { RoleName: role.RoleName, Description: description, MaxSessionDuration: Number(seconds) } }]}>
      <FormField label="Description"><Textarea rows={3} value={description} onChange={({ detail }) => setDescription(detail.value)} /></FormField>
      <FormField label="Maximum session duration" description="The longest session that who assumes the role may ask for.">
        <Select options={options} selectedOption={options.find((one) => one.value === seconds)!} onChange={({ detail }) => setSeconds(detail.selectedOption.value!)} />
      </FormField>
    </ActionModal>
  );
}

function EditTrust({ role, text: before, onClose }: { role: Role; text: string; onClose: () => void }) {
  const [text, setText] = useState(before);
  const running = useSteps();
  const flash = useFlash();
  const steps = [{ operation: 'UpdateAssumeRolePolicy', input: { RoleName: role.RoleName, PolicyDocument: text } }];
  const save = async () => {
    if (!(await running.run(steps))) return;
    flash.success('Trust policy updated.');
    onClose();
  };
  return (
    <Modal visible size="max" header={`Edit trust policy of ${role.RoleName}`} onDismiss={onClose} closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>Cancel</Button>
            <Button variant="primary" disabled={hasErrors(text, 'trust')} loading={running.pending} onClick={save}>Update policy</Button>
          </SpaceBetween>
        </Box>
      }>
      <SpaceBetween size="m">
        <PolicyEditor value={text} onChange={setText} kind="trust" label="Trust policy" charactersMax={TRUST_CHARACTERS_MAX} refused={running.error} />
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    </Modal>
  );
}

export function TrustTab({ role }: { role: Role }) {
  const [editing, setEditing] = useState(false);
  const text = prettyDocument(role.AssumeRolePolicyDocument);
  return (
    <Container header={
      <Header variant="h2" description="Entities that can assume this role under specified conditions."
        actions={<Button disabled={isServiceLinked(role)} onClick={() => setEditing(true)}>Edit trust policy</Button>}>Trusted entities</Header>
    }>
      <SpaceBetween size="m">
        <KeyValue columns={1} items={[{ label: 'Trusted', value: trusted(text).map((one) => <div key={one} className="kit-wrap">{one}</div>) }]} />
        <pre className="kit-code" tabIndex={0}>{text}</pre>
      </SpaceBetween>
      {editing && <EditTrust role={role} text={text} onClose={() => setEditing(false)} />}
    </Container>
  );
}

// The name that AWS's console gives it.
const REVOCATION = 'AWSRevokeOlderSessions';

function Revoke({ role, onClose }: { role: Role; onClose: () => void }) {
  const flash = useFlash();
  const [agreed, setAgreed] = useState(false);
  const [now] = useState(() => new Date().toISOString());
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: ['*'], Resource: ['*'],
    Condition: { DateLessThan: { 'aws:TokenIssueTime': now } } }] });
  return (
    <ActionModal title={`Revoke active sessions of ${role.RoleName}?`} submit="Revoke active sessions" ready={agreed} onClose={onClose}
      steps={[{ operation: 'PutRolePolicy', input: { RoleName: role.RoleName, PolicyName: REVOCATION, PolicyDocument: document } }]}
      onDone={() => flash.success('Sessions revoked.')}>
      <Alert type="warning">Whoever uses the role now is refused everything until they assume it anew.</Alert>
      <Checkbox checked={agreed} onChange={({ detail }) => setAgreed(detail.checked)}>I acknowledge that I am revoking all active sessions of this role.</Checkbox>
    </ActionModal>
  );
}

export function RevokeTab({ role }: { role: Role }) {
  const [open, setOpen] = useState(false);
  return (
    <Container header={<Header variant="h2" actions={<Button disabled={isServiceLinked(role)} onClick={() => setOpen(true)}>Revoke active sessions</Button>}>
      Revoke all active sessions</Header>}>
      <Box>
        The inline policy {REVOCATION} denies everything to sessions that began before now. Users who were cut off by mistake can
        assume the role again; that a session's holder stays out, its trust policy or permissions must say.
      </Box>
      {open && <Revoke role={role} onClose={() => setOpen(false)} />}
    </Container>
  );
}
