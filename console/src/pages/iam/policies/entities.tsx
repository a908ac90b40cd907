// The users, groups and roles that a policy is attached to.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { AppLink, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { compact, everything, iam } from '../parts/api';
import { attachSteps, detachStep, entityPath, type Entity } from '../parts/entity';
import { SmallTable } from '../parts/small-table';
import type { Group, Policy, Role, User } from '../parts/types';

// What a list of entities may be read of: policies are attached to few, but to groups of them at most 6,300.
const PAGES_MAX = 10;

export async function entitiesOf(PolicyArn: string, usage: 'PermissionsPolicy' | 'PermissionsBoundary', signal?: AbortSignal): Promise<Entity[]> {
  const found: Entity[] = [];
  let marker: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const out = await iam('ListEntitiesForPolicy', compact({ PolicyArn, PolicyUsageFilter: usage, MaxItems: 1000, Marker: marker }), signal);
    found.push(
      ...(out.PolicyUsers ?? []).map((one: User): Entity => ({ kind: 'User', name: one.UserName })),
      ...(out.PolicyGroups ?? []).map((one: Group): Entity => ({ kind: 'Group', name: one.GroupName })),
      ...(out.PolicyRoles ?? []).map((one: Role): Entity => ({ kind: 'Role', name: one.RoleName })));
    marker = out.IsTruncated ? out.Marker : undefined;
    if (!marker) break;
  }
  return found;
}

const keyOf = ({ kind, name }: Entity) => `${kind} ${name}`;

export function EntityPicker({ selected, onSelect, exclude, title = 'IAM entities' }: {
  selected: Entity[]; onSelect: (entities: Entity[]) => void; exclude: Entity[]; title?: string;
}) {
  const loaded = useLoad<Entity[]>('iam-entities', async (signal) => {
    const [users, groups, roles] = await Promise.all([
      everything<User>('iam', 'ListUsers', 'Users', {}, signal),
      everything<Group>('iam', 'ListGroups', 'Groups', {}, signal),
      everything<Role>('iam', 'ListRoles', 'Roles', {}, signal),
    ]);
    return [
      ...users.map((one): Entity => ({ kind: 'User', name: one.UserName })),
      ...groups.map((one): Entity => ({ kind: 'Group', name: one.GroupName })),
      ...roles.filter((one) => !one.Path.startsWith('/aws-service-role/')).map((one): Entity => ({ kind: 'Role', name: one.RoleName })),
    ];
  });
  const left = new Set(exclude.map(keyOf));
  return (
    <SmallTable<Entity> title={title} items={loaded.data?.filter((one) => !left.has(keyOf(one)))} error={loaded.error} onRetry={loaded.refresh}
      keyOf={keyOf} nameOf={keyOf} variant="embedded" filter="Search entities" select="multi" selected={selected} onSelect={onSelect}
      empty="There is nothing to attach it to."
      columns={[{ header: 'Name', text: (one) => one.name, cell: (one) => one.name }, { header: 'Type', text: (one) => one.kind, cell: (one) => one.kind }]} />
  );
}

function Attach({ policy, attached, onClose }: { policy: Policy; attached: Entity[]; onClose: () => void }) {
  const [chosen, setChosen] = useState<Entity[]>([]);
  return (
    <ActionModal title={`Attach ${policy.PolicyName}`} submit="Attach policy" size="large" ready={chosen.length > 0} onClose={onClose}
      steps={chosen.flatMap((entity) => attachSteps(entity, [{ PolicyArn: policy.Arn, PolicyName: policy.PolicyName }])
        .map((step) => ({ ...step, title: `attach to ${entity.name}` })))}>
      <EntityPicker selected={chosen} onSelect={setChosen} exclude={attached} />
    </ActionModal>
  );
}

export function Entities({ policy }: { policy: Policy }) {
  const [open, setOpen] = useState<'attach' | 'detach'>();
  const [selected, setSelected] = useState<Entity[]>([]);
  const loaded = useLoad(`entities ${policy.Arn}`, async (signal) => ({
    permissions: await entitiesOf(policy.Arn, 'PermissionsPolicy', signal),
    boundaries: await entitiesOf(policy.Arn, 'PermissionsBoundary', signal),
  }), { changesOf: ['iam'] });
  const columns = [
    { header: 'Entity name', text: (one: Entity) => one.name, cell: (one: Entity) => <AppLink to={entityPath(one)}>{one.name}</AppLink> },
    { header: 'Entity type', text: (one: Entity) => one.kind, cell: (one: Entity) => one.kind },
  ];
  return (
    <SpaceBetween size="l">
      <SmallTable<Entity> title="Attached as a permissions policy" items={loaded.data?.permissions} error={loaded.error} onRetry={loaded.refresh}
        keyOf={keyOf} nameOf={keyOf} columns={columns} select="multi" selected={selected} onSelect={setSelected} filter="Search entities"
        empty="The policy is attached to nobody."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setOpen('detach')}>Detach</Button>
            <Button disabled={!loaded.data} onClick={() => setOpen('attach')}>Attach</Button>
          </SpaceBetween>
        } />
      <SmallTable<Entity> title="Attached as a permissions boundary" items={loaded.error ? [] : loaded.data?.boundaries} keyOf={keyOf} columns={columns}
        empty="The policy is nobody's boundary." />
      {open === 'attach' && <Attach policy={policy} attached={loaded.data?.permissions ?? []} onClose={() => setOpen(undefined)} />}
      {open === 'detach' && (
        <ActionModal title={`Detach ${policy.PolicyName}?`} submit="Detach policy" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={selected.map((entity) => ({ ...detachStep(entity, { PolicyArn: policy.Arn, PolicyName: policy.PolicyName }), title: `detach from ${entity.name}` }))}>
          <Box>{selected.map((one) => one.name).join(', ')} will lose what it allows.</Box>
        </ActionModal>
      )}
    </SpaceBetween>
  );
}
