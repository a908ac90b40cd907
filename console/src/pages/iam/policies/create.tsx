// Creating a customer managed policy: its permissions, then its name.
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Wizard from '@cloudscape-design/components/wizard';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { TagEditor, tagsAreGood, useFlash, type Tag } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { compact, useSteps } from '../parts/api';
import { policyPath } from '../parts/entity';
import { hasErrors, PolicyEditor, policySize } from '../policy/policy-editor';
import { PolicySummary } from '../policy/summary-table';
import { STARTS } from './starts';

export const POLICY_CHARACTERS_MAX = 6144;
const NAME = /^[\w+=,.@-]{1,128}$/;

interface Draft { text: string; name: string; description: string; tags: Tag[] }

function Review({ draft, change, tried }: { draft: Draft; change: (part: Partial<Draft>) => void; tried: boolean }) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Policy details</Header>}>
        <SpaceBetween size="m">
          <FormField label="Policy name" description="Enter a meaningful name to identify this policy." constraintText="At most 128 characters: letters, digits and +=,.@_-"
            errorText={tried && !NAME.test(draft.name) ? 'Enter a name of letters, digits and +=,.@_- .' : undefined}>
            <Input value={draft.name} onChange={({ detail }) => change({ name: detail.value })} />
          </FormField>
          <FormField label="Description - optional" constraintText="At most 1,000 characters. It cannot be changed later.">
            <Textarea rows={2} value={draft.description} onChange={({ detail }) => change({ description: detail.value })} />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Permissions defined in this policy</Header>}><PolicySummary text={draft.text} /></Container>
      <Container header={<Header variant="h2">Tags - <i>optional</i></Header>}><TagEditor tags={draft.tags} onChange={(tags) => change({ tags })} /></Container>
    </SpaceBetween>
  );
}

export function CreatePolicy() {
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [draft, setDraft] = useState<Draft>({ text: STARTS[0].text, name: '', description: '', tags: [] });
  const [start, setStart] = useState(STARTS[0]);
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const good = !hasErrors(draft.text, 'identity') && policySize(draft.text) <= POLICY_CHARACTERS_MAX;
  const steps = [{ operation: 'CreatePolicy', input: compact({
    PolicyName: draft.name, PolicyDocument: draft.text, Description: draft.description, Tags: draft.tags }) }];
  const submit = async () => {
    setTried(true);
    if (!NAME.test(draft.name) || !tagsAreGood(draft.tags)) return;
    const results = await running.run(steps);
    if (!results) return;
    flash.success(`Policy ${draft.name} created.`);
    navigate(policyPath(results[0].Policy.Arn));
  };
  return (
    <Wizard activeStepIndex={step} submitButtonText="Create policy" isLoadingNextStep={running.pending}
      onCancel={() => navigate('/iam/policies')} onSubmit={submit}
      onNavigate={({ detail }) => {
        const goes = detail.requestedStepIndex < step || good;
        setTried(!goes);
        if (goes) setStep(detail.requestedStepIndex);
      }}
      steps={[
        { title: 'Specify permissions',
          errorText: tried && !good ? 'Mend the errors that the editor lists before you go on.' : undefined,
          content: (
            <Container header={<Header variant="h2" description="Add permissions by selecting services, actions, resources, and conditions, in JSON.">Policy editor</Header>}>
              <SpaceBetween size="m">
                <FormField label="Start from">
                  <Select selectedOption={start} options={STARTS} onChange={({ detail }) => {
                    const next = STARTS.find((one) => one.value === detail.selectedOption.value)!;
                    setStart(next);
                    change({ text: next.text });
                  }} />
                </FormField>
                <PolicyEditor value={draft.text} onChange={(text) => change({ text })} kind="identity" label="Policy document"
                  charactersMax={POLICY_CHARACTERS_MAX} refused={running.error} />
              </SpaceBetween>
            </Container>
          ) },
        { title: 'Review and create', content: (
          <SpaceBetween size="l">
            <Review draft={draft} change={change} tried={tried} />
            <StepsRefusal running={running} />
            <StepsCli steps={steps} />
          </SpaceBetween>
        ) },
      ]} />
  );
}
