// The policies that are attached to an account, a unit or the root.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, useLoad } from '@/kit';
import { ActionModal } from '../iam/parts/action-modal';
import { SmallTable } from '../iam/parts/small-table';
import { list, type PolicySummary } from './data';
import { POLICY_TYPES, typeTitle } from './policy-types';

const service = 'organizations';

async function attached(id: string, signal: AbortSignal): Promise<PolicySummary[]> {
  const found: PolicySummary[] = [];
  for (const { type } of POLICY_TYPES)
    found.push(...(await list<PolicySummary>('ListPoliciesForTarget', 'Policies', { TargetId: id, Filter: type }, signal)));
  return found;
}

function Attach({ id, has, onClose }: { id: string; has: string[]; onClose: () => void }) {
  const [chosen, setChosen] = useState<PolicySummary[]>([]);
  const loaded = useLoad('all-organization-policies', async (signal) => (await Promise.all(
    POLICY_TYPES.map(({ type }) => list<PolicySummary>('ListPolicies', 'Policies', { Filter: type }, signal)))).flat());
  return (
    <ActionModal title="Attach policies" submit="Attach" size="large" ready={chosen.length > 0} onClose={onClose}
      steps={chosen.map((policy) => ({ service, operation: 'AttachPolicy', input: { PolicyId: policy.Id, TargetId: id }, title: `attach ${policy.Name}` }))}>
      <SmallTable<PolicySummary> title="Policies" variant="embedded" items={loaded.data?.filter((one) => !has.includes(one.Id))} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(one) => one.Id} nameOf={(one) => one.Name} select="multi" selected={chosen} onSelect={setChosen} empty="There is no other policy."
        columns={[{ header: 'Name', text: (one) => one.Name, cell: (one) => one.Name }, { header: 'Type', cell: (one) => typeTitle(one.Type) }]} />
    </ActionModal>
  );
}

export function TargetPolicies({ id }: { id: string }) {
  const [open, setOpen] = useState<'attach' | 'detach'>();
  const [selected, setSelected] = useState<PolicySummary[]>([]);
  const loaded = useLoad<PolicySummary[]>(`policies-for ${id}`, (signal) => attached(id, signal), { changesOf: ['organizations'] });
  return (
    <>
      <SmallTable<PolicySummary> title="Attached policies" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => one.Id} nameOf={(one) => one.Name}
        description="Policies of the units above hold here, too." select="multi" selected={selected} onSelect={setSelected}
        empty="No policy is attached, or the type of policy is not enabled."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setOpen('detach')}>Detach</Button>
            <Button disabled={!loaded.data} onClick={() => setOpen('attach')}>Attach</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Name', text: (one) => one.Name, cell: (one) => <AppLink to={`/organizations/policies/${one.Id}`}>{one.Name}</AppLink> },
          { header: 'Type', text: (one) => one.Type, cell: (one) => typeTitle(one.Type) },
          { header: 'Description', cell: (one) => one.Description || '-' },
        ]} />
      {open === 'attach' && <Attach id={id} has={(loaded.data ?? []).map((one) => one.Id)} onClose={() => setOpen(undefined)} />}
      {open === 'detach' && (
        <ActionModal title="Detach policies?" submit="Detach" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={selected.map((policy) => ({ service, operation: 'DetachPolicy', input: { PolicyId: policy.Id, TargetId: id }, title: `detach ${policy.Name}` }))}>
          <Box>At least one policy of each type stays attached.</Box>
        </ActionModal>
      )}
    </>
  );
}
