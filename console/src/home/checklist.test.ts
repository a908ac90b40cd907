import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice, opensSomething } from './checklist';

test('the rule that a default group has is no open door', () => {
  assert.equal(opensSomething({ GroupId: 'sg-1', ReferencedGroupInfo: { GroupId: 'sg-1' } }), false);
  assert.equal(opensSomething({ GroupId: 'sg-1', IsEgress: true, CidrIpv4: '0.0.0.0/0' }), false);
  assert.equal(opensSomething({ GroupId: 'sg-1', CidrIpv4: '203.0.113.1/32' }), true);
  assert.equal(opensSomething({ GroupId: 'sg-1', ReferencedGroupInfo: { GroupId: 'sg-2' } }), true);
});

test('advice follows the summary', () => {
  assert.deepEqual(advice({ AccountMFAEnabled: 0, AccountAccessKeysPresent: 1, Users: 0, Roles: 0 }).map(({ good }) => good),
    [false, false, false]);
  assert.deepEqual(advice({ AccountMFAEnabled: 1, AccountAccessKeysPresent: 0, Users: 1, Roles: 0 }).map(({ good }) => good),
    [true, true, true]);
});
