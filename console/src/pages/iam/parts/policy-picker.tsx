// Choosing managed policies, with the filter by type of AWS's console.
import Badge from '@cloudscape-design/components/badge';
import Select from '@cloudscape-design/components/select';
import { useMemo, useState } from 'react';
import { AppLink, useLoad } from '@/kit';
import { everything } from './api';
import { isAwsManaged, policyPath } from './entity';
import { SmallTable } from './small-table';
import type { AttachedPolicy, Policy } from './types';

// AWS counts these among the policies for job functions, though only the others lie under /job-function/.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html
const JOB_FUNCTIONS = ['AdministratorAccess', 'PowerUserAccess', 'ReadOnlyAccess', 'SecurityAudit'];

export type PolicyType = 'all' | 'customer' | 'aws' | 'job';
export const POLICY_TYPES: { value: PolicyType; label: string }[] = [
  { value: 'all', label: 'All types' },
  { value: 'customer', label: 'Customer managed' },
  { value: 'aws', label: 'AWS managed' },
  { value: 'job', label: 'AWS managed - job function' },
];

export function isOfType(policy: Policy, type: PolicyType): boolean {
  const ofAws = isAwsManaged(policy.Arn);
  if (type === 'customer') return !ofAws;
  if (type === 'aws') return ofAws;
  if (type === 'job') return ofAws && (policy.Path === '/job-function/' || JOB_FUNCTIONS.includes(policy.PolicyName));
  return true;
}

export function typeName(policy: Policy): string {
  if (!isAwsManaged(policy.Arn)) return 'Customer managed';
  return isOfType(policy, 'job') ? 'AWS managed - job function' : 'AWS managed';
}

export function TypeFilter({ type, onChange }: { type: PolicyType; onChange: (type: PolicyType) => void }) {
  return (
    <Select selectedOption={POLICY_TYPES.find((one) => one.value === type) ?? null} options={POLICY_TYPES}
      ariaLabel="Filter policies by type" onChange={({ detail }) => onChange(detail.selectedOption.value as PolicyType)} />
  );
}

export interface PolicyPickerProps {
  selected: AttachedPolicy[];
  onSelect: (policies: AttachedPolicy[]) => void;
  single?: boolean;
  exclude?: string[];  // ARNs
  title?: string;
  description?: string;
}

export function PolicyPicker({ selected, onSelect, single, exclude = [], title = 'Permissions policies', description }: PolicyPickerProps) {
  const [type, setType] = useState<PolicyType>('all');
  const loaded = useLoad<Policy[]>('iam-attachable-policies',
    (signal) => everything('iam', 'ListPolicies', 'Policies', { Scope: 'All' }, signal), { changesOf: ['iam'] });
  const left = exclude.join(' ');
  const items = useMemo(() => loaded.data?.filter((policy) =>
    isOfType(policy, type) && policy.IsAttachable !== false && !left.split(' ').includes(policy.Arn)), [loaded.data, type, left]);
  const chosen = (loaded.data ?? []).filter((policy) => selected.some((one) => one.PolicyArn === policy.Arn));
  return (
    <SmallTable<Policy>
      title={title} description={description} items={items} keyOf={(policy) => policy.Arn} nameOf={(policy) => policy.PolicyName}
      error={loaded.error} onRetry={loaded.refresh} variant="embedded"
      counter={items && `(${selected.length ? `${selected.length}/` : ''}${items.length})`}
      filter="Search policies" filterExtra={<TypeFilter type={type} onChange={setType} />}
      select={single ? 'single' : 'multi'} selected={chosen}
      onSelect={(policies) => onSelect(policies.map(({ Arn, PolicyName }) => ({ PolicyArn: Arn, PolicyName })))}
      columns={[
        { header: 'Policy name', text: (policy) => policy.PolicyName,
          cell: (policy) => <AppLink to={policyPath(policy.Arn)} external={false} target="_blank">{policy.PolicyName}</AppLink> },
        { header: 'Type', width: 210, text: typeName, cell: (policy) => <Badge color={isAwsManaged(policy.Arn) ? 'grey' : 'blue'}>{typeName(policy)}</Badge> },
        { header: 'Attached entities', width: 150, text: (policy) => policy.AttachmentCount, cell: (policy) => policy.AttachmentCount },
      ]} />
  );
}
