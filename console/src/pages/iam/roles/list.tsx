// The roles of the account.
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { AppLink, Copyable, ResourceTable, Time } from '@/kit';
import { iam } from '../parts/api';
import { Lazy } from '../parts/lazy';
import { documentText } from '../parts/text';
import type { Role } from '../parts/types';
import { DeleteRoles } from './delete-roles';
import { trusted } from './trust';

const trustText = (role: Role) => trusted(documentText(role.AssumeRolePolicyDocument)).join(', ');

// ListRoles leaves it out; GetRole has it.
const LastActivity = ({ role }: { role: Role }) => (
  <Lazy<Role> id={`role-last-used ${role.RoleName}`} load={async (signal) => (await iam('GetRole', { RoleName: role.RoleName }, signal)).Role}>
    {({ RoleLastUsed }) => (RoleLastUsed?.LastUsedDate ? <Time at={RoleLastUsed.LastUsedDate} relative /> : <>-</>)}
  </Lazy>
);

export function Roles() {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState<Role[]>();
  const [selected, setSelected] = useState<Role[]>([]);
  return (
    <>
      <ResourceTable<Role> name="iam-roles" title="Roles" variant="full-page" headingLevel="h1"
        description="An IAM role is an identity with permissions and temporary credentials, which whoever it trusts can assume."
        source={{ service: 'iam', operation: 'ListRoles', items: (out) => out.Roles }}
        idOf={(role) => role.RoleName} selection="multi" selected={selected} onSelect={setSelected}
        search={{ placeholder: 'Search roles', text: (role) => `${role.RoleName} ${role.Path} ${trustText(role)}` }}
        actions={(chosen) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={chosen.length === 0} onClick={() => setDeleting(chosen)}>Delete</Button>
            <Button variant="primary" onClick={() => navigate('/iam/roles/create')}>Create role</Button>
          </SpaceBetween>
        )}
        empty={{ title: 'No roles', text: 'Create a role for a service, another account, or federated users.',
          action: <Button onClick={() => navigate('/iam/roles/create')}>Create role</Button> }}
        columns={[
          { id: 'name', header: 'Role name', isRowHeader: true, minWidth: 240, sort: (role) => role.RoleName,
            cell: (role) => <AppLink to={`/iam/roles/${encodeURIComponent(role.RoleName)}`}>{role.RoleName}</AppLink> },
          { id: 'trusted', header: 'Trusted entities', minWidth: 300, sort: trustText, cell: trustText },
          { id: 'activity', header: 'Last activity', minWidth: 130, cell: (role) => <LastActivity role={role} /> },
          { id: 'created', header: 'Created', minWidth: 130, sort: (role) => role.CreateDate, cell: (role) => <Time at={role.CreateDate} relative /> },
          { id: 'description', header: 'Description', hidden: true, minWidth: 200, cell: (role) => role.Description ?? '-' },
          { id: 'path', header: 'Path', hidden: true, cell: (role) => role.Path, sort: (role) => role.Path },
          { id: 'arn', header: 'ARN', hidden: true, minWidth: 300, cell: (role) => <Copyable text={role.Arn} label="Copy the ARN" /> },
        ]} />
      {deleting && <DeleteRoles roles={deleting} onClose={() => setDeleting(undefined)} onDone={() => setSelected([])} />}
    </>
  );
}
