import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintPolicy } from '../policy/lint';
import { FIRST_TRUST, trustDocument, trusted, trustProblem, type Trust } from './trust';

const OWN = '111122223333';
const statement = (part: Partial<Trust>) => JSON.parse(trustDocument({ ...FIRST_TRUST, ...part }, OWN)).Statement[0];
const OIDC = `arn:aws:iam::${OWN}:oidc-provider/token.example.com/x`;

test('each kind of trust says whom, how and under which condition', () => {
  assert.deepEqual(statement({}).Principal, { Service: ['ec2.amazonaws.com'] });
  assert.deepEqual(statement({ kind: 'account' }).Principal, { AWS: OWN });
  const other = statement({ kind: 'account', otherAccount: true, account: '444455556666', needsExternalId: true, externalId: 'x1', needsMfa: true });
  assert.deepEqual(other.Condition, { StringEquals: { 'sts:ExternalId': 'x1' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } });
  const web = statement({ kind: 'web', provider: OIDC, audience: 'app', subject: 'repo:*' });
  assert.equal(web.Action, 'sts:AssumeRoleWithWebIdentity');
  assert.deepEqual(web.Condition, { StringEquals: { 'token.example.com/x:aud': ['app'] }, StringLike: { 'token.example.com/x:sub': ['repo:*'] } });
  const saml = `arn:aws:iam::${OWN}:saml-provider/adfs`;
  assert.deepEqual(statement({ kind: 'saml', provider: saml }).Condition, { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } });
  assert.equal(statement({ kind: 'saml', provider: saml, samlConsole: false }).Condition, undefined);
});

test('what the forms write is good by the grammar', () => {
  const all: Partial<Trust>[] = [{}, { kind: 'account' }, { kind: 'web', provider: OIDC, audience: 'app' },
    { kind: 'saml', provider: `arn:aws:iam::${OWN}:saml-provider/adfs` }];
  for (const part of all) assert.deepEqual(lintPolicy(trustDocument({ ...FIRST_TRUST, ...part }, OWN), 'trust'), []);
});

test('what is missing is said', () => {
  const problem = (part: Partial<Trust>) => trustProblem({ ...FIRST_TRUST, ...part });
  assert.equal(problem({}), undefined);
  assert.match(problem({ service: 'ec2' })!, /service/);
  assert.match(problem({ kind: 'account', otherAccount: true, account: '12' })!, /twelve digits/);
  assert.match(problem({ kind: 'account', needsExternalId: true })!, /external ID/);
  assert.match(problem({ kind: 'web' })!, /provider/);
  assert.match(problem({ kind: 'web', provider: OIDC })!, /audience/);
});

test('whom a policy trusts, in words', () => {
  const text = (Principal: unknown) => JSON.stringify({ Statement: { Principal } });
  assert.deepEqual(trusted(text({ Service: ['ec2.amazonaws.com', 'rds.amazonaws.com'] })), ['Service: ec2', 'Service: rds']);
  assert.deepEqual(trusted(text({ AWS: ['111122223333', 'arn:aws:iam::444455556666:root', 'arn:aws:iam::1:user/a'] })),
    ['Account: 111122223333', 'Account: 444455556666', 'arn:aws:iam::1:user/a']);
  assert.deepEqual(trusted(text('*')), ['Everybody (*)']);
  assert.deepEqual(trusted('no json'), []);
});
