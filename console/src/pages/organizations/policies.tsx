// The policies of an organization.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { AppLink, Copyable, KeyValue, LoadedPart, Status, useFlash, useLoad } from '@/kit';
import { ActionModal, StepsCli, StepsRefusal } from '../iam/parts/action-modal';
import { organizations, useSteps } from '../iam/parts/api';
import { Page } from '../iam/parts/page';
import { DocumentView } from '../iam/parts/permissions';
import { SmallTable } from '../iam/parts/small-table';
import { prettyDocument } from '../iam/parts/text';
import { hasErrors, PolicyEditor } from '../iam/policy/policy-editor';
import { list, type PolicySummary, type Root } from './data';
import { InOrganization } from './in-organization';
import { POLICY_TYPES, typeOf, typeTitle } from './policy-types';

const service = 'organizations';
const CHARACTERS_MAX = 5120;

interface Editing { type: string; id?: string; name: string; description: string; text: string }

function Editor({ editing, onClose }: { editing: Editing; onClose: () => void }) {
  const flash = useFlash();
  const running = useSteps();
  const [draft, setDraft] = useState(editing);
  const { type, id, name, description, text } = draft;
  const { kind } = typeOf(type);
  const steps = [id ? { service, operation: 'UpdatePolicy', input: { PolicyId: id, Name: name, Description: description, Content: text } }
    : { service, operation: 'CreatePolicy', input: { Name: name, Description: description, Type: type, Content: text } }];
  const save = async () => {
    if (!(await running.run(steps))) return;
    flash.success(`Policy ${name} saved.`);
    onClose();
  };
  return (
    <Modal visible size="max" header={id ? `Edit ${editing.name}` : `Create ${typeTitle(type).toLowerCase()}`} onDismiss={onClose} closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>Cancel</Button>
            <Button variant="primary" disabled={name === '' || hasErrors(text, kind)} loading={running.pending} onClick={save}>Save policy</Button>
          </SpaceBetween>
        </Box>
      }>
      <SpaceBetween size="m">
        <FormField label="Policy name"><Input value={name} onChange={({ detail }) => setDraft({ ...draft, name: detail.value })} /></FormField>
        <FormField label="Description - optional"><Input value={description} onChange={({ detail }) => setDraft({ ...draft, description: detail.value })} /></FormField>
        <PolicyEditor value={text} onChange={(next) => setDraft({ ...draft, text: next })} kind={kind} label="Policy document" charactersMax={CHARACTERS_MAX} refused={running.error} />
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    </Modal>
  );
}

function OfType({ type, root }: { type: string; root: Root }) {
  const [creating, setCreating] = useState(false);
  const [switching, setSwitching] = useState(false);
  const { title, description, start } = typeOf(type);
  const enabled = Boolean(root.PolicyTypes?.some((one) => one.Type === type && one.Status === 'ENABLED'));
  const loaded = useLoad<PolicySummary[]>(`policies ${type}`, (signal) => list('ListPolicies', 'Policies', { Filter: type }, signal), { changesOf: ['organizations'] });
  return (
    <>
      <SmallTable<PolicySummary> title={`${title.slice(0, -1)}ies`} items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => one.Id}
        description={<SpaceBetween direction="horizontal" size="s"><span>{description}</span><Status status={enabled ? 'Enabled' : 'Not enabled'} type={enabled ? 'success' : 'stopped'} /></SpaceBetween>}
        empty="None" actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={() => setSwitching(true)}>{enabled ? 'Disable' : 'Enable'}</Button>
            <Button onClick={() => setCreating(true)}>Create policy</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Name', text: (one) => one.Name, cell: (one) => <AppLink to={`/organizations/policies/${one.Id}`}>{one.Name}</AppLink> },
          { header: 'Kind', cell: (one) => (one.AwsManaged ? 'AWS managed' : 'Customer managed') },
          { header: 'Description', cell: (one) => one.Description || '-' },
        ]} />
      {creating && <Editor editing={{ type, name: '', description: '', text: start }} onClose={() => setCreating(false)} />}
      {switching && (
        <ActionModal title={`${enabled ? 'Disable' : 'Enable'} ${title.toLowerCase()}?`} submit={enabled ? 'Disable' : 'Enable'} onClose={() => setSwitching(false)}
          steps={[{ service, operation: enabled ? 'DisablePolicyType' : 'EnablePolicyType', input: { RootId: root.Id, PolicyType: type } }]}>
          <Box>{enabled ? 'All policies of this type are detached; what they denied is possible again.' : 'The policy that allows everything is attached everywhere; others take effect where they are attached.'}</Box>
        </ActionModal>
      )}
    </>
  );
}

function PolicyTypes() {
  const loaded = useLoad<Root>('root', async (signal) => (await list<Root>('ListRoots', 'Roots', {}, signal))[0], { changesOf: ['organizations'] });
  return (
    <LoadedPart from={loaded}>
      {(root) => <SpaceBetween size="l">{POLICY_TYPES.map(({ type }) => <OfType key={type} type={type} root={root} />)}</SpaceBetween>}
    </LoadedPart>
  );
}

export function Policies() {
  return <InOrganization>{() => <Page title="Policies" description="What is possible in the accounts of the organization, whatever their own policies say."><PolicyTypes /></Page>}</InOrganization>;
}

interface Target { TargetId: string; Name: string; Type: string }
interface Whole { PolicySummary: PolicySummary; Content: string }

function PolicyView({ policy, targets }: { policy: Whole; targets: Target[] }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const { Id, Arn, Name, Description, Type, AwsManaged } = policy.PolicySummary;
  const text = prettyDocument(policy.Content);
  return (
    <Page title={Name} description={Description} actions={!AwsManaged && (
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => setOpen('edit')}>Edit</Button>
        <Button onClick={() => setOpen('delete')}>Delete</Button>
      </SpaceBetween>
    )}>
      <Container header={<Header variant="h2">Policy details</Header>}>
        <KeyValue items={[
          { label: 'Type', value: typeTitle(Type) }, { label: 'Policy ID', value: Id }, { label: 'ARN', value: <Copyable text={Arn} label="Copy the ARN" /> },
        ]} />
      </Container>
      <Container header={<Header variant="h2">Content</Header>}><DocumentView text={text} /></Container>
      <SmallTable<Target> title="Targets" items={targets} keyOf={(one) => one.TargetId} empty="The policy is attached nowhere." columns={[
        { header: 'Name', text: (one) => one.Name, cell: (one) => (
          <AppLink to={`/organizations/${one.Type === 'ACCOUNT' ? 'accounts' : 'units'}/${one.TargetId}`}>{one.Name}</AppLink>) },
        { header: 'ID', cell: (one) => one.TargetId },
        { header: 'Type', cell: (one) => one.Type.toLowerCase().replace('_', ' ') },
      ]} />
      {open === 'edit' && <Editor editing={{ type: Type, id: Id, name: Name, description: Description, text }} onClose={() => setOpen(undefined)} />}
      {open === 'delete' && (
        <ActionModal title={`Delete ${Name}?`} submit="Delete policy" steps={[{ service, operation: 'DeletePolicy', input: { PolicyId: Id } }]}
          onClose={() => setOpen(undefined)} onDone={() => navigate('/organizations/policies')}><Box>It must be detached everywhere.</Box></ActionModal>
      )}
    </Page>
  );
}

export function PolicyDetail() {
  const { id = '' } = useParams();
  const loaded = useLoad(`organization-policy ${id}`, async (signal) => ({
    policy: (await organizations<{ Policy: Whole }>('DescribePolicy', { PolicyId: id }, signal)).Policy,
    targets: await list<Target>('ListTargetsForPolicy', 'Targets', { PolicyId: id }, signal),
  }), { changesOf: ['organizations'] });
  return <LoadedPart from={loaded}>{({ policy, targets }) => <PolicyView policy={policy} targets={targets} />}</LoadedPart>;
}
