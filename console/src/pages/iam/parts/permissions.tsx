// The permissions of a user, group or role: attached and inline policies, with what they allow.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, LoadedPart, useLoad } from '@/kit';
import { ActionModal, StepsCli, StepsRefusal } from './action-modal';
import { everything, iam, useSteps } from './api';
import { attachSteps, detachStep, isAwsManaged, named, policyPath, type Entity } from './entity';
import { PolicyPicker } from './policy-picker';
import { SmallTable } from './small-table';
import { prettyDocument } from './text';
import type { AttachedPolicy } from './types';
import { hasErrors, PolicyEditor } from '../policy/policy-editor';
import { PolicySummary } from '../policy/summary-table';

export interface HeldPolicy {
  name: string;
  arn?: string;      // of a managed policy
  from?: string;     // the group that it comes from
}

const CHARACTERS_MAX = { User: 2048, Group: 5120, Role: 10240 };
const NEW_POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: [], Resource: '*' }] }, null, 4);

export async function heldPolicies(entity: Entity, signal?: AbortSignal): Promise<HeldPolicy[]> {
  const [attached, inline] = await Promise.all([
    everything<AttachedPolicy>('iam', `ListAttached${entity.kind}Policies`, 'AttachedPolicies', named(entity), signal),
    everything<string>('iam', `List${entity.kind}Policies`, 'PolicyNames', named(entity), signal),
  ]);
  return [...attached.map((one) => ({ name: one.PolicyName, arn: one.PolicyArn })), ...inline.map((name) => ({ name }))];
}

async function documentOf(entity: Entity, policy: HeldPolicy, signal?: AbortSignal): Promise<string> {
  if (!policy.arn) {
    const owner: Entity = policy.from ? { kind: 'Group', name: policy.from } : entity;
    const out = await iam(`Get${owner.kind}Policy`, { ...named(owner), PolicyName: policy.name }, signal);
    return prettyDocument(out.PolicyDocument);
  }
  const { Policy } = await iam('GetPolicy', { PolicyArn: policy.arn }, signal);
  const { PolicyVersion } = await iam('GetPolicyVersion', { PolicyArn: policy.arn, VersionId: Policy.DefaultVersionId }, signal);
  return prettyDocument(PolicyVersion.Document);
}

export function DocumentView({ text }: { text: string }) {
  const [view, setView] = useState('summary');
  return (
    <SpaceBetween size="s">
      <SegmentedControl selectedId={view} label="View" onChange={({ detail }) => setView(detail.selectedId)}
        options={[{ id: 'summary', text: 'Summary' }, { id: 'json', text: 'JSON' }]} />
      {view === 'summary' ? <PolicySummary text={text} /> : <pre className="kit-code" tabIndex={0}>{text}</pre>}
    </SpaceBetween>
  );
}

function ShowPolicy({ entity, policy, onClose }: { entity: Entity; policy: HeldPolicy; onClose: () => void }) {
  const loaded = useLoad(`document ${entity.kind} ${entity.name} ${policy.arn ?? policy.name}`, (signal) => documentOf(entity, policy, signal));
  return (
    <Modal visible size="large" header={policy.name} onDismiss={onClose} closeAriaLabel="Close"
      footer={<Box float="right"><Button onClick={onClose}>Close</Button></Box>}>
      <LoadedPart from={loaded}>{(text) => <DocumentView text={text} />}</LoadedPart>
    </Modal>
  );
}

function InlinePolicy({ entity, name, text: before, onClose }: { entity: Entity; name?: string; text: string; onClose: () => void }) {
  const [policyName, setName] = useState(name ?? '');
  const [text, setText] = useState(before);
  const running = useSteps();
  const steps = [{ operation: `Put${entity.kind}Policy`, input: { ...named(entity), PolicyName: policyName, PolicyDocument: text } }];
  const ready = policyName !== '' && !hasErrors(text, 'identity');
  const save = async () => {
    if (await running.run(steps)) onClose();
  };
  return (
    <Modal visible size="max" header={name ? `Edit inline policy ${name}` : 'Create inline policy'} onDismiss={onClose} closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>Cancel</Button>
            <Button variant="primary" disabled={!ready} loading={running.pending} onClick={save}>Save policy</Button>
          </SpaceBetween>
        </Box>
      }>
      <SpaceBetween size="m">
        <FormField label="Policy name" constraintText="Letters, digits and +=,.@_- ; at most 128 characters.">
          <Input value={policyName} disabled={name !== undefined} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <PolicyEditor value={text} onChange={setText} kind="identity" label="Policy document" refused={running.error}
          charactersMax={CHARACTERS_MAX[entity.kind]} />
        <StepsRefusal running={running} />
        <StepsCli steps={steps} />
      </SpaceBetween>
    </Modal>
  );
}

function AttachPolicies({ entity, held, onClose }: { entity: Entity; held: HeldPolicy[]; onClose: () => void }) {
  const [chosen, setChosen] = useState<AttachedPolicy[]>([]);
  return (
    <ActionModal title={`Attach policies to ${entity.name}`} submit="Attach policies" size="max" ready={chosen.length > 0}
      steps={attachSteps(entity, chosen)} onClose={onClose}>
      <PolicyPicker selected={chosen} onSelect={setChosen} exclude={held.flatMap((one) => (one.arn && !one.from ? [one.arn] : []))} />
    </ActionModal>
  );
}

type Open = { what: 'attach' | 'inline' } | { what: 'show' | 'edit' | 'remove'; policy: HeldPolicy; text?: string } | undefined;

export interface PermissionsProps {
  entity: Entity;
  inherited?: HeldPolicy[];   // from groups
  onAdd?: () => void;         // instead of "Attach policies"
}

export function Permissions({ entity, inherited = [], onAdd }: PermissionsProps) {
  const [open, setOpen] = useState<Open>();
  const [selected, setSelected] = useState<HeldPolicy[]>([]);
  const loaded = useLoad(`held ${entity.kind} ${entity.name}`, (signal) => heldPolicies(entity, signal), { changesOf: ['iam'] });
  const own = loaded.data ?? [];
  const items = loaded.data && [...own, ...inherited];
  const removable = selected.filter((one) => !one.from);
  const removeSteps = removable.map((one) => (one.arn
    ? detachStep(entity, { PolicyArn: one.arn, PolicyName: one.name })
    : { operation: `Delete${entity.kind}Policy`, input: { ...named(entity), PolicyName: one.name }, title: `delete ${one.name}` }));
  const edit = async (policy: HeldPolicy) => setOpen({ what: 'edit', policy, text: await documentOf(entity, policy) });
  const keyOf = (one: HeldPolicy) => `${one.arn ?? one.name} ${one.from ?? ''}`;
  return (
    <>
      <SmallTable<HeldPolicy> title="Permissions policies" items={items} error={loaded.error} onRetry={loaded.refresh}
        description={`What ${entity.name} may do is what these policies allow and none denies.`}
        keyOf={keyOf} nameOf={(one) => one.name} select="multi"
        selected={selected} onSelect={setSelected} filter={(items?.length ?? 0) > 5 ? 'Search policies' : undefined}
        empty={<><b>No permissions</b><br />Attach a policy to allow something.</>}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={removable.length === 0} onClick={() => setOpen({ what: 'remove', policy: removable[0] })}>Remove</Button>
            <ButtonDropdown items={[{ id: 'attach', text: 'Add permissions' }, { id: 'inline', text: 'Create inline policy' }]}
              onItemClick={({ detail }) => (detail.id === 'attach' && onAdd ? onAdd() : setOpen({ what: detail.id as 'attach' | 'inline' }))}>
              Add permissions
            </ButtonDropdown>
          </SpaceBetween>
        }
        columns={[
          { header: 'Policy name', text: (one) => one.name,
            cell: (one) => (one.arn ? <AppLink to={policyPath(one.arn)}>{one.name}</AppLink>
              : <Button variant="inline-link" onClick={() => setOpen({ what: 'show', policy: one })}>{one.name}</Button>) },
          { header: 'Type', text: (one) => kindOf(one), cell: (one) => kindOf(one) },
          { header: 'Attached via', text: (one) => one.from ?? '',
            cell: (one) => (one.from ? <AppLink to={`/iam/groups/${encodeURIComponent(one.from)}`}>{`Group ${one.from}`}</AppLink> : one.arn ? 'Directly' : 'Inline') },
          { header: 'Actions', width: 170,
            cell: (one) => (
              <SpaceBetween direction="horizontal" size="xs">
                <Button variant="inline-link" ariaLabel={`View ${one.name}`} onClick={() => setOpen({ what: 'show', policy: one })}>View</Button>
                {!one.arn && !one.from && <Button variant="inline-link" ariaLabel={`Edit ${one.name}`} onClick={() => edit(one)}>Edit</Button>}
              </SpaceBetween>
            ) },
        ]} />
      {open?.what === 'attach' && <AttachPolicies entity={entity} held={own} onClose={() => setOpen(undefined)} />}
      {open?.what === 'inline' && <InlinePolicy entity={entity} text={NEW_POLICY} onClose={() => setOpen(undefined)} />}
      {open?.what === 'show' && <ShowPolicy entity={entity} policy={open.policy} onClose={() => setOpen(undefined)} />}
      {open?.what === 'edit' && open.text !== undefined && (
        <InlinePolicy entity={entity} name={open.policy.name} text={open.text} onClose={() => setOpen(undefined)} />
      )}
      {open?.what === 'remove' && (
        <ActionModal title="Remove permissions?" submit="Remove policies" steps={removeSteps} onClose={() => setOpen(undefined)}
          onDone={() => setSelected([])}>
          <Box>
            {removable.map((one) => one.name).join(', ')} will no longer count for {entity.name}.
            {removable.some((one) => !one.arn) && ' Inline policies are deleted for good.'}
          </Box>
        </ActionModal>
      )}
    </>
  );
}

function kindOf(policy: HeldPolicy): string {
  if (!policy.arn) return 'Inline';
  return isAwsManaged(policy.arn) ? 'AWS managed' : 'Customer managed';
}
