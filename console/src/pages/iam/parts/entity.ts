// Users, groups and roles have the same operations under different names.
import type { Input } from '@/kit';
import type { Step } from './api';

export type EntityKind = 'User' | 'Group' | 'Role';
export interface Entity { kind: EntityKind; name: string }

export const named = ({ kind, name }: Entity): Input => ({ [`${kind}Name`]: name });

export const entityPath = ({ kind, name }: Entity) => `/iam/${kind.toLowerCase()}s/${encodeURIComponent(name)}`;

// "arn:aws:iam::aws:policy/…" belongs to AWS.
export const isAwsManaged = (arn: string) => arn.split(':')[4] === 'aws';

export const policyPath = (arn: string) => `/iam/policies/details/${encodeURIComponent(arn)}`;

export function attachSteps(entity: Entity, policies: { PolicyArn: string; PolicyName: string }[]): Step[] {
  return policies.map(({ PolicyArn, PolicyName }) => ({
    operation: `Attach${entity.kind}Policy`, input: { ...named(entity), PolicyArn }, title: `attach ${PolicyName}`,
  }));
}

export function detachStep(entity: Entity, policy: { PolicyArn: string; PolicyName: string }): Step {
  return { operation: `Detach${entity.kind}Policy`, input: { ...named(entity), PolicyArn: policy.PolicyArn },
    title: `detach ${policy.PolicyName}` };
}
