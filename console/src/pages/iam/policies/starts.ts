// Documents to start a policy from. Resources and names are for a person to fill in.
const text = (statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 4);

export const STARTS = [
  { value: 'empty', label: 'An empty statement', text: text([{ Sid: 'Statement1', Effect: 'Allow', Action: [], Resource: [] }]) },
  { value: 'own', label: 'Users manage their own password, keys and MFA', text: text([
    { Sid: 'SeeAccount', Effect: 'Allow', Action: ['iam:GetAccountPasswordPolicy', 'iam:ListVirtualMFADevices', 'iam:ListUsers'], Resource: '*' },
    { Sid: 'OwnCredentials', Effect: 'Allow', Action: ['iam:ChangePassword', 'iam:GetUser', 'iam:*AccessKey*', 'iam:EnableMFADevice', 'iam:ListMFADevices',
      'iam:ResyncMFADevice'], Resource: 'arn:aws:iam::*:user/${aws:username}' },
    { Sid: 'OwnDevice', Effect: 'Allow', Action: ['iam:CreateVirtualMFADevice'], Resource: 'arn:aws:iam::*:mfa/*' },
  ]) },
  { value: 'mfa', label: 'Nothing without MFA', text: text([
    { Sid: 'DenyWithoutMFA', Effect: 'Deny', NotAction: ['iam:ListMFADevices', 'iam:EnableMFADevice', 'iam:CreateVirtualMFADevice', 'sts:GetSessionToken',
      'iam:ChangePassword'], Resource: '*', Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } } },
  ]) },
  { value: 'rds', label: 'Connect to a database as an IAM user', text: text([
    { Sid: 'Connect', Effect: 'Allow', Action: 'rds-db:connect', Resource: 'arn:aws:rds-db:*:*:dbuser:*/${aws:username}' },
  ]) },
  { value: 'region', label: 'One region only', text: text([
    { Sid: 'OtherRegions', Effect: 'Deny', NotAction: ['iam:*', 'organizations:*', 'sts:*', 'account:*'], Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } } },
  ]) },
];
