// The managed policies: the account's own and AWS's.
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { AppLink, Copyable, ResourceTable, Time } from '@/kit';
import { compact } from '../parts/api';
import { isAwsManaged, policyPath } from '../parts/entity';
import { isOfType, TypeFilter, typeName, type PolicyType } from '../parts/policy-picker';
import type { Policy } from '../parts/types';
import { DeletePolicy } from './delete';

const SCOPES: Record<PolicyType, string> = { all: 'All', customer: 'Local', aws: 'AWS', job: 'AWS' };

export function Policies() {
  const navigate = useNavigate();
  const [type, setType] = useState<PolicyType>('all');
  const [deleting, setDeleting] = useState<Policy>();
  const [selected, setSelected] = useState<Policy[]>([]);
  const jobs = useCallback((items: Policy[]) => items.filter((policy) => isOfType(policy, 'job')), []);
  return (
    <>
      <ResourceTable<Policy> name="iam-policies" title="Policies" variant="full-page" headingLevel="h1"
        description="A policy is an object that defines permissions. Attach it to users, groups and roles."
        source={{ service: 'iam', operation: 'ListPolicies', input: compact({ Scope: SCOPES[type] }), items: (out) => out.Policies }}
        arrange={type === 'job' ? jobs : undefined} filters={<TypeFilter type={type} onChange={setType} />}
        idOf={(policy) => policy.Arn} selection="single" selected={selected} onSelect={setSelected} selectionLabel={(policy) => policy.PolicyName}
        isDisabled={(policy) => isAwsManaged(policy.Arn)}
        search={{ placeholder: 'Search policies', text: (policy) => `${policy.PolicyName} ${policy.Description ?? ''}` }}
        actions={([chosen]) => (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen} onClick={() => setDeleting(chosen)}>Delete</Button>
            <Button variant="primary" onClick={() => navigate('/iam/policies/create')}>Create policy</Button>
          </SpaceBetween>
        )}
        empty={{ title: 'No policies', text: 'There is no policy of this type.' }}
        columns={[
          { id: 'name', header: 'Policy name', isRowHeader: true, minWidth: 320, sort: (policy) => policy.PolicyName,
            cell: (policy) => <AppLink to={policyPath(policy.Arn)}>{policy.PolicyName}</AppLink> },
          { id: 'type', header: 'Type', minWidth: 220, sort: typeName,
            cell: (policy) => <Badge color={isAwsManaged(policy.Arn) ? 'grey' : 'blue'}>{typeName(policy)}</Badge> },
          { id: 'used', header: 'Used as', minWidth: 160, sort: usedAs, cell: usedAs },
          { id: 'attached', header: 'Attached entities', minWidth: 130, sort: (policy) => policy.AttachmentCount, cell: (policy) => policy.AttachmentCount },
          { id: 'description', header: 'Description', minWidth: 300, hidden: true, cell: (policy) => policy.Description ?? '-' },
          { id: 'updated', header: 'Edited', minWidth: 130, hidden: true, sort: (policy) => policy.UpdateDate, cell: (policy) => <Time at={policy.UpdateDate} relative /> },
          { id: 'path', header: 'Path', hidden: true, cell: (policy) => policy.Path },
          { id: 'arn', header: 'ARN', hidden: true, minWidth: 300, cell: (policy) => <Copyable text={policy.Arn} label="Copy the ARN" /> },
        ]} />
      {deleting && <DeletePolicy policy={deleting} onClose={() => setDeleting(undefined)} onDone={() => setSelected([])} />}
    </>
  );
}

function usedAs(policy: Policy): string {
  const uses = [policy.AttachmentCount > 0 && 'Permissions policy', (policy.PermissionsBoundaryUsageCount ?? 0) > 0 && 'Boundary'];
  return uses.filter(Boolean).join(' and ') || 'None';
}
