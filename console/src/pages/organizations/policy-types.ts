// The types of policies that organizations have here.
import type { PolicyKind } from '../iam/policy/lint';

export const POLICY_TYPES: { type: string; title: string; kind: PolicyKind; description: string; start: string }[] = [
  { type: 'SERVICE_CONTROL_POLICY', title: 'Service control policy', kind: 'scp',
    description: 'The most that users and roles of the accounts can be allowed.',
    start: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'Statement1', Effect: 'Deny', Action: ['organizations:LeaveOrganization'], Resource: '*' }] }, null, 4) },
  { type: 'RESOURCE_CONTROL_POLICY', title: 'Resource control policy', kind: 'rcp',
    description: 'The most that may be done to resources of the accounts, by whomever.',
    start: JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'Statement1', Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Resource: '*',
      Condition: { BoolIfExists: { 'aws:SecureTransport': 'false' } } }] }, null, 4) },
];

export const typeOf = (type: string) => POLICY_TYPES.find((one) => one.type === type) ?? POLICY_TYPES[0];
export const typeTitle = (type: string) => POLICY_TYPES.find((one) => one.type === type)?.title ?? type;
