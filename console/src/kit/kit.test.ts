import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvText } from './csv';
import { decisionOf } from './decision';
import { firstMistake, jsonMarks } from './json-marks';
import { policyText } from './policy-text';
import { tagChange, tagProblem } from './tags';
import { ago, dateTime } from './time';

test('csv fields are quoted where they must be', () => {
  assert.equal(csvText([['User', 'Key'], ['a,b', 'say "x"'], [undefined, 3]]), 'User,Key\r\n"a,b","say ""x"""\r\n,3\r\n');
});

test('a mistake in JSON is marked where it is', () => {
  assert.deepEqual(jsonMarks('{"a": [1, 2, {"b": null}], "c": "\\u00e4"}'), []);
  for (const [text, offset] of [['{"a": 1,}', 8], ['{"a" 1}', 5], ['[1 2]', 3], ['{', 1], ['{"a": tru}', 6], ['{} x', 3],
    ['', 0], ['{"a": "b\n"}', 8], ['[01]', 2], ['{a: 1}', 1]] as [string, number][]) {
    assert.throws(() => JSON.parse(text), text);
    assert.equal(firstMistake(text), offset, text);
  }
  const [mark] = jsonMarks('{\n  "a": 1,\n}');
  assert.equal(mark.line, 3);
  assert.equal(mark.column, 1);
});

test('tags: what is wrong, and what changes', () => {
  const tags = [{ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }, { Key: 'aws:x', Value: '' }, { Key: '', Value: '' }];
  assert.deepEqual(tags.map((_, index) => tagProblem(tags, index) !== undefined), [false, true, true, true]);
  assert.deepEqual(tagChange([{ Key: 'a', Value: '1' }, { Key: 'b', Value: '1' }], [{ Key: 'a', Value: '2' }, { Key: 'c', Value: '' }]),
    { set: [{ Key: 'a', Value: '2' }, { Key: 'c', Value: '' }], remove: ['b'] });
});

test('times', () => {
  assert.match(dateTime(0), /^19(70|69)-\d\d-\d\d \d\d:\d\d \(UTC[+-]\d\d:\d\d\)$/);
  assert.equal(dateTime(undefined), '-');
  const now = new Date(1_000_000_000);
  assert.equal(ago(1_000_000, now), 'now');
  assert.equal(ago(1_000_000 - 60, now), '1 minute ago');
  assert.equal(ago(1_000_000 - 3 * 86400, now), '3 days ago');
  assert.equal(ago(1_000_000 + 7200, now), 'in 2 hours');
});

test('a policy is read as IAM and as Organizations give it', () => {
  const wanted = '{\n  "Version": "2012-10-17"\n}';
  assert.equal(policyText(encodeURIComponent('{"Version":"2012-10-17"}')), wanted);
  assert.equal(policyText('{"Version":"2012-10-17"}'), wanted);
  assert.equal(policyText({ Version: '2012-10-17' }), wanted);
  assert.equal(policyText('%7B%'), '%7B%');
});

test('a decoded message is told in the words of policies', () => {
  const decoded = JSON.stringify({
    allowed: false, explicitDeny: true,
    matchedStatements: { items: [{ statementId: 'NoRoles', effect: 'DENY', actions: { items: [{ value: 'iam:CreateRole' }] },
      resources: { items: [{ value: '*' }] }, conditions: { items: [{ key: 'aws:username', values: { items: [{ value: 'ann' }] } }] } }] },
    context: { action: 'iam:CreateRole', resource: 'arn:aws:iam::111122223333:role/r' },
  });
  assert.deepEqual(decisionOf(decoded), {
    explicit: true, action: 'iam:CreateRole', resource: 'arn:aws:iam::111122223333:role/r',
    statements: [{ Sid: 'NoRoles', Effect: 'Deny', Action: ['iam:CreateRole'], Resource: ['*'], Condition: { 'aws:username': ['ann'] } }],
  });
});
