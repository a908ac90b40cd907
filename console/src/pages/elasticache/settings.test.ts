import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputOf } from '../resources/steps';
import { checkSettings, createStep, initialSettings, type Settings } from './settings';

const good = (change: Partial<Settings> = {}): Settings => ({ ...initialSettings(), name: 'cache', version: '7.1', ...change });
const input = (settings: Settings) => inputOf(createStep(settings), []);

test('a replication group has a primary and its replicas', () => {
  assert.equal(createStep(good()).operation, 'CreateReplicationGroup');
  assert.deepEqual(
    [input(good({ replicas: '2' })).NumCacheClusters, input(good({ replicas: '2' })).AutomaticFailoverEnabled],
    [3, true],
  );
  assert.equal(input(good({ replicas: '0' })).AutomaticFailoverEnabled, undefined);
});

test('memcached and single nodes are cache clusters', () => {
  assert.equal(createStep(good({ shape: 'single' })).operation, 'CreateCacheCluster');
  const memcached = good({ engine: 'memcached', nodes: '3', isMultiAz: true, retentionDays: '5' });
  assert.deepEqual(
    [input(memcached).NumCacheNodes, input(memcached).AZMode, input(memcached).SnapshotRetentionLimit],
    [3, 'cross-az', undefined],
  );
});

test('passwords and users go with encryption in transit alone', () => {
  const token = good({ access: 'token', token: 'sixteen-characters' });
  assert.equal(input(token).AuthToken, undefined);
  assert.equal(input({ ...token, isTls: true }).AuthToken, 'sixteen-characters');
  assert.deepEqual(input({ ...token, isTls: true, access: 'users', userGroup: 'team' }).UserGroupIds, ['team']);
});

test('problems stand at their fields', () => {
  assert.deepEqual(checkSettings(good()), {});
  assert.deepEqual(Object.keys(checkSettings(good({ name: '1' }))), ['name']);
  assert.deepEqual(Object.keys(checkSettings(good({ name: 'a'.repeat(41) }))), ['name']);
  assert.deepEqual(checkSettings(good({ name: 'a'.repeat(41), shape: 'single' })), {});
  assert.deepEqual(Object.keys(checkSettings(good({ isTls: true, access: 'token', token: 'short' }))), ['token']);
});
