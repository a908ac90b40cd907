// Creating an access key: what for, described how, and the one time that its secret is shown.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { announceChange, call, Copyable, DownloadCsv, KeyValue, session } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { compact, useSteps } from '../parts/api';
import type { NewAccessKey } from '../parts/types';
import { Secret } from './secret';

const USE_CASES = [
  { value: 'cli', label: 'Command Line Interface (CLI)', description: 'You plan to use this access key with the AWS CLI.',
    better: 'Sign in from the CLI with temporary credentials instead: a role that you assume (role_arn in a profile) needs no key of its own for each account.' },
  { value: 'local', label: 'Local code', description: 'Application code on your own machine will use it.',
    better: 'Use a profile that assumes a role, so that the code runs with temporary credentials.' },
  { value: 'compute', label: 'Application running on an AWS compute service', description: 'Code on an instance or in a function will use it.',
    better: 'Give the instance a role by an instance profile: its credentials are temporary and change by themselves.' },
  { value: 'third', label: 'Third-party service', description: 'Another service will watch or manage your resources.',
    better: 'Create a role for the other account with an external ID, instead of handing out a long-term key.' },
  { value: 'outside', label: 'Application running outside AWS', description: 'Code in your data center or elsewhere will use it.',
    better: 'Use a role for web identity or SAML, if the application has an identity provider.' },
  { value: 'other', label: 'Other', description: 'Your use case is not listed here.',
    better: 'Long-term keys should be changed regularly, and allow as little as possible.' },
];
const DESCRIPTION_CHARACTERS_MAX = 256;

interface Owner { userName?: string; back: string }

function useCaseStep(use: string, setUse: (use: string) => void, agreed: boolean, setAgreed: (on: boolean) => void, tried: boolean) {
  const chosen = USE_CASES.find((one) => one.value === use);
  return (
    <Container header={<Header variant="h2">Use case</Header>}>
      <SpaceBetween size="m">
        <Box>Avoid long-term credentials such as access keys where you can. Consider these alternatives.</Box>
        <FormField label="What the key is for" errorText={tried && !use ? 'Choose a use case.' : undefined}>
          <RadioGroup value={use} onChange={({ detail }) => setUse(detail.value)} items={USE_CASES} />
        </FormField>
        {chosen && (
          <Alert type="warning" header="Alternative recommended">
            <SpaceBetween size="s">
              <div>{chosen.better}</div>
              <FormField errorText={tried && !agreed ? 'Confirm that you have read it.' : undefined}>
                <Checkbox checked={agreed} onChange={({ detail }) => setAgreed(detail.checked)}>
                  I understand the above recommendation and want to proceed to create an access key.
                </Checkbox>
              </FormField>
            </SpaceBetween>
          </Alert>
        )}
      </SpaceBetween>
    </Container>
  );
}

function rootStep(agreed: boolean, setAgreed: (on: boolean) => void, tried: boolean) {
  return (
    <Alert type="warning" header="Root user access keys are not recommended">
      <SpaceBetween size="s">
        <div>
          The root user may do everything in this account, and so may whoever has its key: no policy limits it.
          We strongly recommend that you do not create one. Create an administrator in IAM, and use access keys of that user,
          for everyday tasks. Do not use root keys for any task where they are not required.
        </div>
        <FormField errorText={tried && !agreed ? 'Confirm that you have read it.' : undefined}>
          <Checkbox checked={agreed} onChange={({ detail }) => setAgreed(detail.checked)}>
            I understand creating a root access key is not a best practice, but I still want to create one.
          </Checkbox>
        </FormField>
      </SpaceBetween>
    </Alert>
  );
}

function Retrieve({ made, owner }: { made: NewAccessKey; owner: Owner }) {
  const navigate = useNavigate();
  const fileName = owner.userName ? `${owner.userName}_accessKeys.csv` : 'rootkey.csv';
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Retrieve access keys</Header>
      <Alert type="success" header="Access key created">
        This is the only time that the secret access key can be viewed or downloaded. You cannot recover it later. However,
        you can create a new access key at any time.
      </Alert>
      <Container header={<Header variant="h2" description="If you lose the secret, create a new key and deactivate this one.">Access key</Header>}>
        <KeyValue columns={2} items={[
          { label: 'Access key ID', value: <Copyable text={made.AccessKeyId} label="Copy the access key ID" /> },
          { label: 'Secret access key', value: <Secret text={made.SecretAccessKey} name="secret access key" /> },
        ]} />
      </Container>
      <Container header={<Header variant="h2">Access key best practices</Header>}>
        <ul>
          <li>Never store it in plain text, in a code repository, or in code.</li>
          <li>Disable or delete it when it is no longer needed, allow as little as possible, and change it regularly.</li>
          <li>Keep it confidential: never e-mail it, and do not share it outside your organization, even if an inquiry appears to
            come from AWS or Amazon.com. No one who legitimately represents Amazon will ever ask you for your secret key.</li>
          <li>The key is active: you can use the pair right away.</li>
        </ul>
      </Container>
      <Box float="right">
        <SpaceBetween direction="horizontal" size="xs">
          <DownloadCsv fileName={fileName} rows={() => [['Access key ID', 'Secret access key'], [made.AccessKeyId, made.SecretAccessKey]]} />
          <Button variant="primary" onClick={() => navigate(owner.back)}>Done</Button>
        </SpaceBetween>
      </Box>
    </SpaceBetween>
  );
}

function CreateAccessKey({ owner }: { owner: Owner }) {
  const navigate = useNavigate();
  const running = useSteps();
  const [step, setStep] = useState(0);
  const [use, setUse] = useState('');
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const [description, setDescription] = useState('');
  const [made, setMade] = useState<NewAccessKey>();
  const isRoot = owner.userName === undefined;
  const first = agreed && (isRoot || use !== '');
  const steps = [{ operation: 'CreateAccessKey', input: compact({ UserName: owner.userName }) }];
  const create = async () => {
    const results = await running.run(steps);
    if (!results) return;
    const key: NewAccessKey = results[0].AccessKey;
    setMade(key);
    if (!description || isRoot) return;
    await call('iam', 'TagUser', { UserName: owner.userName, Tags: [{ Key: key.AccessKeyId, Value: description }] }).catch(() => undefined);
    announceChange('iam');
  };
  if (made) return <Retrieve made={made} owner={owner} />;
  const practices = {
    title: 'Access key best practices & alternatives',
    content: isRoot ? rootStep(agreed, setAgreed, tried) : useCaseStep(use, setUse, agreed, setAgreed, tried),
  };
  const tag = {
    title: 'Set description tag',
    isOptional: true,
    content: (
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Description</Header>}>
          <FormField label="Description tag value" constraintText={`At most ${DESCRIPTION_CHARACTERS_MAX} characters: letters, numbers, spaces and _ . : / = + - @`}
            description="Describe the purpose of this access key and where it will be used. A good description helps you to rotate it confidently later. It is kept as a tag of the user.">
            <Input value={description} onChange={({ detail }) => setDescription(detail.value.slice(0, DESCRIPTION_CHARACTERS_MAX))} />
          </FormField>
        </Container>
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    ),
  };
  const confirm = {
    title: 'Create access key',
    content: (
      <SpaceBetween size="l">
        <Box>The root user has no tags, and so no description of its key.</Box>
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    ),
  };
  return (
    <Wizard activeStepIndex={step} steps={[practices, isRoot ? confirm : tag]} submitButtonText="Create access key"
      isLoadingNextStep={running.pending} onCancel={() => navigate(owner.back)} onSubmit={create}
      onNavigate={({ detail }) => {
        setTried(true);
        if (detail.requestedStepIndex === 0 || first) setStep(detail.requestedStepIndex);
      }} />
  );
}

export function CreateUserAccessKey() {
  const { name = '' } = useParams();
  return <CreateAccessKey owner={{ userName: name, back: `/iam/users/${encodeURIComponent(name)}?tab=credentials` }} />;
}

export function CreateOwnAccessKey() {
  const { kind, name } = session();
  return <CreateAccessKey owner={{ userName: kind === 'root' ? undefined : name, back: '/iam/security-credentials' }} />;
}
