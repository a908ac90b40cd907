// Editing a managed policy: a new version, and which one is in force.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { LoadedPart, useFlash, useLoad } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { everything, iam, useSteps } from '../parts/api';
import { policyPath } from '../parts/entity';
import { Page } from '../parts/page';
import { nameOfArn, prettyDocument } from '../parts/text';
import type { PolicyVersion } from '../parts/types';
import { hasErrors, PolicyEditor, policySize } from '../policy/policy-editor';
import { PolicySummary } from '../policy/summary-table';
import { POLICY_CHARACTERS_MAX } from './create';

const VERSIONS_MAX = 5;

interface Known { text: string; versions: PolicyVersion[] }

// The oldest version that is not in force makes room, as in AWS's console.
const oldest = (versions: PolicyVersion[]) =>
  versions.filter((one) => !one.IsDefaultVersion).sort((a, b) => Number(a.VersionId.slice(1)) - Number(b.VersionId.slice(1)))[0];

function Editing({ arn, known }: { arn: string; known: Known }) {
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [text, setText] = useState(known.text);
  const [inForce, setInForce] = useState(true);
  const full = known.versions.length >= VERSIONS_MAX ? oldest(known.versions) : undefined;
  const good = !hasErrors(text, 'identity') && policySize(text) <= POLICY_CHARACTERS_MAX;
  const steps = [
    ...(full ? [{ operation: 'DeletePolicyVersion', input: { PolicyArn: arn, VersionId: full.VersionId }, title: `delete ${full.VersionId}` }] : []),
    { operation: 'CreatePolicyVersion', input: { PolicyArn: arn, PolicyDocument: text, SetAsDefault: inForce }, title: 'create the version' },
  ];
  const save = async () => {
    if (!(await running.run(steps))) return;
    flash.success('Policy updated.');
    navigate(policyPath(arn));
  };
  return (
    <Form actions={
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" onClick={() => navigate(policyPath(arn))}>Cancel</Button>
        <Button variant="primary" disabled={!good} loading={running.pending} onClick={save}>Save changes</Button>
      </SpaceBetween>
    }>
      <SpaceBetween size="l">
        <Container header={<Header variant="h2">Policy editor</Header>}>
          <PolicyEditor value={text} onChange={setText} kind="identity" label="Policy document" charactersMax={POLICY_CHARACTERS_MAX} refused={running.error} />
        </Container>
        <Container header={<Header variant="h2">Permissions defined in this policy</Header>}><PolicySummary text={text} /></Container>
        <Checkbox checked={inForce} onChange={({ detail }) => setInForce(detail.checked)}
          description="Otherwise the present version stays in force, and this one can be set as default later.">Set this new version as the default</Checkbox>
        {full && <Alert type="info">The policy has {VERSIONS_MAX} versions: {full.VersionId}, the oldest, is deleted to make room.</Alert>}
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    </Form>
  );
}

export function EditPolicy() {
  const { arn = '' } = useParams();
  const loaded = useLoad<Known>(`edit ${arn}`, async (signal) => {
    const versions = await everything<PolicyVersion>('iam', 'ListPolicyVersions', 'Versions', { PolicyArn: arn }, signal);
    const inForce = versions.find((one) => one.IsDefaultVersion)!;
    const { PolicyVersion } = await iam('GetPolicyVersion', { PolicyArn: arn, VersionId: inForce.VersionId }, signal);
    return { text: prettyDocument(PolicyVersion.Document), versions };
  });
  return (
    <Page title={`Edit ${nameOfArn(arn)}`}>
      <LoadedPart from={loaded}>{(known) => <Editing arn={arn} known={known} />}</LoadedPart>
    </Page>
  );
}
