import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOf, inputOf } from '../../resources/steps';
import {
  checkSettings,
  createSteps,
  initialSettings,
  newSubnetGroup,
  randomPassword,
  withEngine,
  withTemplate,
  type Settings,
} from './settings';

const around = { clientAddress: '127.0.0.1', zones: ['us-east-1a', 'us-east-1b'], subnets: ['subnet-1', 'subnet-2'] };
const good = (change: Partial<Settings> = {}): Settings => ({
  ...initialSettings(),
  identifier: 'shop',
  password: 'correct-horse',
  confirmation: 'correct-horse',
  instanceClass: 'db.t3.medium',
  vpc: 'vpc-1',
  groups: ['sg-1'],
  ...change,
});
const operations = (settings: Settings) => createSteps(settings, around).map((step) => step.operation);

test('a cluster is a cluster and its instances, each in its zone', () => {
  assert.deepEqual(operations(good()), ['CreateDBCluster', 'CreateDBInstance']);
  const steps = createSteps(good({ hasReader: true }), around);
  const zones = steps.filter((step) => step.operation === 'CreateDBInstance').map((step) => inputOf(step, []).AvailabilityZone);
  assert.deepEqual(zones, ['us-east-1a', 'us-east-1b']);
  assert.deepEqual(operations(good({ engine: 'postgres' })), ['CreateDBInstance']);
});

test('a new group and a new subnet group are made first, and the database is put into them', () => {
  const steps = createSteps(good({ groupMode: 'new', newGroupName: 'db', subnetGroup: newSubnetGroup }), around);
  assert.deepEqual(
    steps.map((step) => step.operation),
    ['CreateSecurityGroup', 'AuthorizeSecurityGroupIngress', 'CreateDBSubnetGroup', 'CreateDBCluster', 'CreateDBInstance'],
  );
  const cluster = inputOf(steps[3]!, [{ GroupId: 'sg-new' }, {}, {}]);
  assert.deepEqual([cluster.VpcSecurityGroupIds, cluster.DBSubnetGroupName], [['sg-new'], 'default-vpc-1']);
});

test('Secrets Manager keeps the password, or it is sent, never both', () => {
  const [managed] = createSteps(good({ credentials: 'managed' }), around);
  assert.equal(inputOf(managed!, []).ManageMasterUserPassword, true);
  assert.ok(!('MasterUserPassword' in inputOf(managed!, [])));
  const [own] = createSteps(good(), around);
  assert.equal(inputOf(own!, []).MasterUserPassword, 'correct-horse');
});

test('easy create says what was asked for, and leaves the rest to RDS', () => {
  const [cluster] = createSteps(good({ method: 'easy' }), around);
  assert.deepEqual(Object.keys(inputOf(cluster!, [])), [
    'DBClusterIdentifier',
    'Engine',
    'MasterUsername',
    'MasterUserPassword',
  ]);
});

test('what haar does not act on is not sent', () => {
  const sent = new Set(
    commandsOf(createSteps(good({ hasReader: true, hasIamLogin: true, hasDataApi: true, isProtected: true }), around)).flatMap(
      (command) => Object.keys(command.input),
    ),
  );
  for (const name of ['StorageEncrypted', 'KmsKeyId', 'MonitoringInterval', 'EnablePerformanceInsights'])
    assert.ok(!sent.has(name), name);
});

test('problems stand at their fields', () => {
  assert.deepEqual(checkSettings(good()), {});
  const wrong: [Partial<Settings>, keyof Settings][] = [
    [{ identifier: '1shop' }, 'identifier'],
    [{ identifier: 'a--b' }, 'identifier'],
    [{ masterUsername: '' }, 'masterUsername'],
    [{ password: 'short', confirmation: 'short' }, 'password'],
    [{ password: 'with a space', confirmation: 'with a space' }, 'password'],
    [{ confirmation: 'other-horse' }, 'confirmation'],
    [{ instanceClass: '' }, 'instanceClass'],
    [{ port: '80' }, 'port'],
    [{ groups: [] }, 'groups'],
    [{ groupMode: 'new' }, 'newGroupName'],
    [{ retentionDays: '0' }, 'retentionDays'],
    [{ retentionDays: '36' }, 'retentionDays'],
  ];
  for (const [change, field] of wrong)
    assert.deepEqual(Object.keys(checkSettings(good(change))), [field], JSON.stringify(change));
});

test('another engine takes no settings with it that it would refuse', () => {
  const changed = {
    ...good({ credentials: 'managed', hasReader: true, hasIamLogin: true }),
    ...withEngine(good({ credentials: 'managed', hasReader: true }), 'mysql'),
  };
  assert.deepEqual(
    [changed.credentials, changed.hasReader, changed.hasIamLogin, changed.port, changed.masterUsername],
    ['own', false, false, '3306', 'admin'],
  );
  assert.equal(withTemplate('production', good({ engine: 'aurora-mysql' })).hasReader, false);
});

test('generated passwords are long, and not the same', () => {
  const made = new Set(Array.from({ length: 100 }, randomPassword));
  assert.equal(made.size, 100);
  for (const password of made) assert.match(password, /^[!#%+:=?A-Za-z0-9]{24}$/);
});
