// One role.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { Copyable, KeyValue, LoadedPart, session, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { everything, iam } from '../parts/api';
import { BoundarySection } from '../parts/boundary';
import { LastAccessed } from '../parts/last-accessed';
import { Page } from '../parts/page';
import { Permissions } from '../parts/permissions';
import { SmallTable } from '../parts/small-table';
import { PageTabs } from '../parts/tabs';
import { TagsPanel } from '../parts/tags-panel';
import type { InstanceProfile, Role } from '../parts/types';
import { DeleteRoles, isServiceLinked } from './delete-roles';
import { EditRole, RevokeTab, TrustTab } from './edit';

const HOUR_SECONDS = 3600;

function duration(seconds = HOUR_SECONDS): string {
  const hours = seconds / HOUR_SECONDS;
  return Number.isInteger(hours) ? `${hours} hour${hours === 1 ? '' : 's'}` : `${seconds} seconds`;
}

function InstanceProfiles({ role }: { role: Role }) {
  const [open, setOpen] = useState<'add' | InstanceProfile>();
  const { RoleName } = role;
  const loaded = useLoad<InstanceProfile[]>(`profiles ${RoleName}`,
    (signal) => everything('iam', 'ListInstanceProfilesForRole', 'InstanceProfiles', { RoleName }, signal), { changesOf: ['iam'] });
  return (
    <>
      <SmallTable<InstanceProfile> title="Instance profiles" items={loaded.data} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(profile) => profile.InstanceProfileName} description="An instance profile gives the role to instances."
        empty="The role is in no instance profile."
        actions={<Button disabled={!loaded.data || loaded.data.some((one) => one.InstanceProfileName === RoleName)} onClick={() => setOpen('add')}>Create instance profile</Button>}
        columns={[
          { header: 'Name', text: (one) => one.InstanceProfileName, cell: (one) => one.InstanceProfileName },
          { header: 'ARN', cell: (one) => <Copyable text={one.Arn} label="Copy the ARN" /> },
          { header: 'Created', cell: (one) => <Time at={one.CreateDate} relative /> },
          { header: 'Actions', width: 130, cell: (one) => <Button variant="inline-link" ariaLabel={`Delete ${one.InstanceProfileName}`} onClick={() => setOpen(one)}>Delete</Button> },
        ]} />
      {open === 'add' && (
        <ActionModal title="Create instance profile?" submit="Create" onClose={() => setOpen(undefined)} steps={[
          { operation: 'CreateInstanceProfile', input: { InstanceProfileName: RoleName } },
          { operation: 'AddRoleToInstanceProfile', input: { InstanceProfileName: RoleName, RoleName } },
        ]}><Box>It is called {RoleName}, as the role.</Box></ActionModal>
      )}
      {open && open !== 'add' && (
        <ActionModal title={`Delete ${open.InstanceProfileName}?`} submit="Delete" onClose={() => setOpen(undefined)} steps={[
          { operation: 'RemoveRoleFromInstanceProfile', input: { InstanceProfileName: open.InstanceProfileName, RoleName } },
          { operation: 'DeleteInstanceProfile', input: { InstanceProfileName: open.InstanceProfileName } },
        ]}><Box>Instances that have it lose their credentials.</Box></ActionModal>
      )}
    </>
  );
}

function RoleView({ role }: { role: Role }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState<'delete' | 'edit'>();
  const entity = { kind: 'Role' as const, name: role.RoleName };
  const switchPath = `/switchrole?account=${session().account}&roleName=${encodeURIComponent(role.RoleName)}`;
  const linked = isServiceLinked(role);
  return (
    <Page title={role.RoleName} description={role.Description} actions={
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => navigate(`/iam/simulator?principal=${encodeURIComponent(role.Arn)}`)}>Simulate</Button>
        <Button disabled={linked} onClick={() => setOpen('edit')}>Edit</Button>
        <Button onClick={() => setOpen('delete')}>Delete</Button>
      </SpaceBetween>
    }>
      <Container header={<Header variant="h2">Summary</Header>}>
        <KeyValue items={[
          { label: 'ARN', value: <Copyable text={role.Arn} label="Copy the ARN" /> },
          { label: 'Created', value: <Time at={role.CreateDate} /> },
          { label: 'Last activity', value: role.RoleLastUsed?.LastUsedDate
            ? <><Time at={role.RoleLastUsed.LastUsedDate} relative /> in {role.RoleLastUsed.Region}</> : 'None in the tracking period' },
          { label: 'Maximum session duration', value: duration(role.MaxSessionDuration) },
          { label: 'Link to switch roles in the console', value: linked ? '-' : <Link href={switchPath}>{`${window.location.origin}${switchPath}`}</Link> },
          { label: 'Role ID', value: role.RoleId },
        ]} />
      </Container>
      <PageTabs label={`Details of ${role.RoleName}`} tabs={[
        { id: 'permissions', label: 'Permissions', content: () => (
          <SpaceBetween size="l">
            <Permissions entity={entity} />
            <BoundarySection entity={entity} arn={role.PermissionsBoundary?.PermissionsBoundaryArn} />
          </SpaceBetween>
        ) },
        { id: 'trust', label: 'Trust relationships', content: () => <TrustTab role={role} /> },
        { id: 'tags', label: 'Tags', content: () => <TagsPanel tags={role.Tags ?? []} tag="TagRole" untag="UntagRole" target={{ RoleName: role.RoleName }} /> },
        { id: 'accessed', label: 'Last accessed', content: () => <LastAccessed arn={role.Arn} /> },
        { id: 'profiles', label: 'Instance profiles', content: () => <InstanceProfiles role={role} /> },
        { id: 'revoke', label: 'Revoke sessions', content: () => <RevokeTab role={role} /> },
      ]} />
      {open === 'delete' && <DeleteRoles roles={[role]} onClose={() => setOpen(undefined)} onDone={() => navigate('/iam/roles')} />}
      {open === 'edit' && <EditRole role={role} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

export function RoleDetail() {
  const { name = '' } = useParams();
  const loaded = useLoad<Role>(`role ${name}`, async (signal) => (await iam('GetRole', { RoleName: name }, signal)).Role, { changesOf: ['iam'] });
  return <LoadedPart from={loaded}>{(role) => <RoleView role={role} />}</LoadedPart>;
}
