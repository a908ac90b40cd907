// The permissions boundary of a user or role: shown, set, changed, removed; and as part of a form.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink } from '@/kit';
import { ActionModal } from './action-modal';
import { named, policyPath, type Entity } from './entity';
import { PolicyPicker } from './policy-picker';
import { nameOfArn } from './text';
import type { AttachedPolicy } from './types';

export function BoundaryField({ boundary, onChange }: { boundary?: AttachedPolicy; onChange: (policy?: AttachedPolicy) => void }) {
  const [uses, setUses] = useState(boundary !== undefined);
  return (
    <ExpandableSection headerText="Set permissions boundary - optional" variant="container">
      <SpaceBetween size="m">
        <Checkbox checked={uses} onChange={({ detail }) => { setUses(detail.checked); if (!detail.checked) onChange(undefined); }}
          description="A permissions boundary is the most that policies can give: what is outside of it is refused.">
          Use a permissions boundary to control the maximum permissions
        </Checkbox>
        {uses && <PolicyPicker single title="Boundary policy" selected={boundary ? [boundary] : []} onSelect={(policies) => onChange(policies[0])} />}
      </SpaceBetween>
    </ExpandableSection>
  );
}

export function BoundarySection({ entity, arn }: { entity: Entity; arn?: string }) {
  const [open, setOpen] = useState<'set' | 'remove'>();
  const [chosen, setChosen] = useState<AttachedPolicy | undefined>(arn ? { PolicyArn: arn, PolicyName: nameOfArn(arn) } : undefined);
  return (
    <ExpandableSection variant="container" defaultExpanded={arn !== undefined}
      headerText={`Permissions boundary - ${arn ? 'set' : 'not set'}`}
      headerActions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={() => setOpen('set')}>{arn ? 'Change boundary' : 'Set boundary'}</Button>
          {arn && <Button onClick={() => setOpen('remove')}>Remove boundary</Button>}
        </SpaceBetween>
      }>
      {arn
        ? <Box>Nothing outside of <AppLink to={policyPath(arn)}>{nameOfArn(arn)}</AppLink> is allowed, whatever the policies say.</Box>
        : <Box color="text-body-secondary">No boundary is set: the policies alone decide.</Box>}
      {open === 'set' && (
        <ActionModal title="Set permissions boundary" submit="Set boundary" size="max" ready={chosen !== undefined} onClose={() => setOpen(undefined)}
          steps={chosen ? [{ operation: `Put${entity.kind}PermissionsBoundary`, input: { ...named(entity), PermissionsBoundary: chosen.PolicyArn } }] : []}>
          <PolicyPicker single selected={chosen ? [chosen] : []} onSelect={(policies) => setChosen(policies[0])} />
        </ActionModal>
      )}
      {open === 'remove' && (
        <ActionModal title="Remove permissions boundary?" submit="Remove boundary" onClose={() => setOpen(undefined)}
          steps={[{ operation: `Delete${entity.kind}PermissionsBoundary`, input: named(entity) }]}>
          <Box>The policies of {entity.name} are then limited by nothing but themselves.</Box>
        </ActionModal>
      )}
    </ExpandableSection>
  );
}

export function SectionHeader({ children, actions }: { children: string; actions?: React.ReactNode }) {
  return <Header variant="h2" actions={actions}>{children}</Header>;
}
