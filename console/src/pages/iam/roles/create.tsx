// Creating a role: whom it trusts, what it may do, its name.
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { session, TagEditor, tagsAreGood, useFlash, type Tag } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { compact, useSteps, type Step } from '../parts/api';
import { BoundaryField } from '../parts/boundary';
import { attachSteps } from '../parts/entity';
import { PolicyPicker } from '../parts/policy-picker';
import { SmallTable } from '../parts/small-table';
import type { AttachedPolicy } from '../parts/types';
import { hasErrors } from '../policy/policy-editor';
import { FIRST_TRUST, trustDocument, trustProblem, type Trust } from './trust';
import { TrustFields } from './trust-fields';

const NAME = /^[\w+=,.@-]{1,64}$/;
const EC2 = 'ec2.amazonaws.com';

interface Draft {
  trust: Trust;
  policies: AttachedPolicy[];
  boundary?: AttachedPolicy;
  name: string;
  description: string;
  tags: Tag[];
}

function steps(draft: Draft, document: string): Step[] {
  const { name, trust } = draft;
  const forInstances = trust.kind === 'service' && trust.service === EC2;
  return [
    { operation: 'CreateRole', title: `create ${name}`, input: compact({
      RoleName: name, AssumeRolePolicyDocument: document, Description: draft.description,
      PermissionsBoundary: draft.boundary?.PolicyArn, Tags: draft.tags }) },
    ...attachSteps({ kind: 'Role', name }, draft.policies),
    ...(forInstances ? [
      { operation: 'CreateInstanceProfile', input: { InstanceProfileName: name }, title: 'create the instance profile' },
      { operation: 'AddRoleToInstanceProfile', input: { InstanceProfileName: name, RoleName: name }, title: 'put the role into it' },
    ] : []),
  ];
}

function Review({ draft, change, document, tried }: { draft: Draft; change: (part: Partial<Draft>) => void; document: string; tried: boolean }) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Role details</Header>}>
        <SpaceBetween size="m">
          <FormField label="Role name" description="Enter a meaningful name to identify this role." constraintText="At most 64 characters: letters, digits and +=,.@_-"
            errorText={tried && !NAME.test(draft.name) ? 'Enter a name of letters, digits and +=,.@_- .' : undefined}>
            <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
          </FormField>
          <FormField label="Description - optional" constraintText="At most 1,000 characters.">
            <Textarea rows={2} value={draft.description} onChange={({ detail }) => change({ description: detail.value })} />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Trust policy</Header>}><pre className="kit-code" tabIndex={0}>{document}</pre></Container>
      <SmallTable<AttachedPolicy> title="Permissions policy summary" items={draft.policies} keyOf={(one) => one.PolicyArn}
        empty="The role will have no permissions."
        columns={[{ header: 'Policy name', cell: (one) => one.PolicyName }, { header: 'ARN', cell: (one) => <span className="kit-wrap">{one.PolicyArn}</span> }]} />
      {draft.boundary && <Box>Permissions boundary: {draft.boundary.PolicyName}</Box>}
      <Container header={<Header variant="h2">Tags - <i>optional</i></Header>}><TagEditor tags={draft.tags} onChange={(tags) => change({ tags })} /></Container>
    </SpaceBetween>
  );
}

export function CreateRole() {
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [draft, setDraft] = useState<Draft>({ trust: FIRST_TRUST, policies: [], name: '', description: '', tags: [] });
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const document = trustDocument(draft.trust, session().account);
  const problem = trustProblem(draft.trust);
  const trustGood = !problem && !(draft.trust.kind === 'custom' && hasErrors(draft.trust.text, 'trust'));
  const calls = steps(draft, document);
  const submit = async () => {
    setTried(true);
    if (!NAME.test(draft.name) || !tagsAreGood(draft.tags) || !(await running.run(calls))) return;
    flash.success(`Role ${draft.name} created.`);
    navigate(`/iam/roles/${encodeURIComponent(draft.name)}`);
  };
  return (
    <Wizard activeStepIndex={step} submitButtonText="Create role" isLoadingNextStep={running.pending}
      onCancel={() => navigate('/iam/roles')} onSubmit={submit}
      onNavigate={({ detail }) => {
        const back = detail.requestedStepIndex < step;
        setTried(!back && !trustGood);
        if (back || trustGood) setStep(detail.requestedStepIndex);
      }}
      steps={[
        { title: 'Select trusted entity', content: (
          <TrustFields trust={draft.trust} problem={tried ? problem : undefined} refused={running.error}
            change={(part) => setDraft((before) => ({ ...before, trust: { ...before.trust, ...part } }))} />
        ) },
        { title: 'Add permissions', isOptional: true, content: (
          <SpaceBetween size="l">
            <Container><PolicyPicker selected={draft.policies} onSelect={(policies) => change({ policies })}
              description="Choose the policies of what may be done with this role." /></Container>
            <BoundaryField boundary={draft.boundary} onChange={(boundary) => change({ boundary })} />
          </SpaceBetween>
        ) },
        { title: 'Name, review, and create', content: (
          <SpaceBetween size="l">
            <Review draft={draft} change={change} document={document} tried={tried} />
            <StepsRefusal running={running} />
            <StepsCli steps={calls} />
          </SpaceBetween>
        ) },
      ]} />
  );
}
