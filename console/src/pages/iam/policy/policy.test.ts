import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonError, parseJson, placeOf } from './json';
import { lintPolicy, type PolicyKind } from './lint';
import { summarize } from './summary';

const policy = (statement: object, rest: object = { Version: '2012-10-17' }) => JSON.stringify({ ...rest, Statement: [statement] });
const said = (text: string, kind: PolicyKind = 'identity') => lintPolicy(text, kind).map((mark) => mark.message);
const GOOD = { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' };

test('a document is read with its places', () => {
  const text = '{\n "a": [1, "x\\n", true, null, -2.5e3]\n}';
  const [member] = parseJson(text).members!;
  assert.equal(text.slice(member.keyStart, member.keyEnd), '"a"');
  assert.deepEqual(member.value.items!.map((item) => item.value), [1, 'x\n', true, null, -2500]);
  assert.deepEqual(placeOf(text, member.keyStart), { line: 2, column: 2 });
});

test('what is no JSON is refused where it ends to be', () => {
  const cases: [string, number][] = [['', 0], ['{', 1], ['{"a" 1}', 5], ['[1,]', 3], ['{"a":1,}', 7], ['[1] 2', 4], ['"open', 0], ['{"a":tru}', 5], ['[01]', 2]];
  for (const [text, offset] of cases)
    assert.throws(() => parseJson(text), (error: unknown) => error instanceof JsonError && error.offset === offset, text);
  assert.throws(() => parseJson('['.repeat(100)), JsonError);
});

test('every kind of policy has a good form', () => {
  assert.deepEqual(said(policy(GOOD)), []);
  assert.deepEqual(said(policy(GOOD), 'scp'), []);
  assert.deepEqual(said(policy({ ...GOOD, Principal: '*' }), 'rcp'), []);
  assert.deepEqual(said(policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }), 'trust'), []);
});

test('mistakes are named', () => {
  const cases: [object, RegExp, PolicyKind?][] = [
    [{ ...GOOD, Effect: 'allow' }, /Effect is "Allow" or "Deny"/],
    [{ Action: 'a:B', Resource: '*' }, /needs "Effect"/],
    [{ Effect: 'Allow', Resource: '*' }, /needs "Action" or "NotAction"/],
    [{ Effect: 'Allow', Action: 'a:B' }, /needs "Resource"/],
    [{ ...GOOD, NotAction: 'a:B' }, /not both/],
    [{ ...GOOD, Action: 's3' }, /is no action/],
    [{ ...GOOD, Action: [] }, /is empty/],
    [{ ...GOOD, Resource: 'bucket' }, /is no resource/],
    [{ ...GOOD, Principal: '*' }, /has no "Principal"/],
    [{ ...GOOD, actions: 'a:B' }, /has no element "actions"/],
    [{ ...GOOD, Sid: 'with space' }, /only letters and digits/],
    [{ ...GOOD, Condition: { Bool: 'true' } }, /holds condition keys/],
    [{ ...GOOD, Condition: { Bool: { MultiFactor: 'true' } } }, /is no condition key/],
    [{ Effect: 'Allow', Principal: 'me', Action: 'sts:AssumeRole' }, /A principal is/, 'trust'],
    [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole', Resource: '*' }, /has no "Resource"/, 'trust'],
  ];
  for (const [statement, expected, kind] of cases) assert.match(said(policy(statement), kind).join('\n'), expected, JSON.stringify(statement));
  assert.match(said(policy(GOOD, {})).join(), /rules of 2008/);
  assert.match(said('[]').join(), /JSON object/);
  assert.match(said('{"Version":"2012-10-17"}').join(), /needs "Statement"/);
});

test('a mark is at its place', () => {
  const text = '{"Version": "2012-10-17", "Statement": {"Effect": "Alow", "Action": "*", "Resource": "*"}}';
  const [mark] = lintPolicy(text, 'identity');
  assert.equal(text.slice(mark.start, mark.end), '"Alow"');
});

test('a summary has a row for each service, denials first', () => {
  const rows = summarize(JSON.stringify({ Statement: [
    { Effect: 'Allow', Action: ['s3:Get*', 's3:List*', 'ec2:*'], Resource: ['arn:aws:s3:::a', '*'], Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' },
  ] }))!;
  assert.deepEqual(rows.map((row) => [row.effect, row.service, row.access]), [
    ['Deny', '*', 'All actions except iam:*'], ['Allow', 'ec2', 'Full access'], ['Allow', 's3', 'Get*, List*']]);
  assert.deepEqual(rows[0].resources, ['All resources except arn:aws:s3:::b']);
  assert.deepEqual(rows[2].resources, ['arn:aws:s3:::a', 'All resources']);
  assert.deepEqual(rows[2].conditions, ['aws:SecureTransport Bool true']);
  assert.equal(summarize('{'), undefined);
});
