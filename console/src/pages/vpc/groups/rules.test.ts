import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allTraffic,
  differences,
  emptyRow,
  isFaulty,
  isIpv4Block,
  isIpv6Block,
  parsePorts,
  partOf,
  permissionOf,
  portsText,
  problemsOf,
  requestOf,
  rowOf,
  typeLabel,
  withPeerKind,
  withType,
  type RuleRow,
  type SecurityGroupRule,
} from './rules';

const row = (change: Partial<RuleRow>): RuleRow => ({ ...emptyRow(), ...change });

test('ports are one number or a range', () => {
  assert.deepEqual(parsePorts('5432'), { from: 5432, to: 5432 });
  assert.deepEqual(parsePorts(' 8000 - 8080 '), { from: 8000, to: 8080 });
  for (const wrong of ['', 'x', '80-22', '65536', '1-65536', '1,2', '-5']) assert.equal(parsePorts(wrong), undefined, wrong);
});

test('address blocks', () => {
  for (const good of ['0.0.0.0/0', '203.0.113.0/24', '127.0.0.1/32']) assert.ok(isIpv4Block(good), good);
  for (const wrong of ['1.2.3.4', '256.0.0.0/8', '1.2.3.0/33', '::/0', '']) assert.ok(!isIpv4Block(wrong), wrong);
  for (const good of ['::/0', '2001:db8::/32']) assert.ok(isIpv6Block(good), good);
  for (const wrong of ['::', '::/129', '10.0.0.0/8']) assert.ok(!isIpv6Block(wrong), wrong);
});

test('a row becomes what EC2 takes', () => {
  assert.deepEqual(permissionOf(row({ ports: '5432', peer: '10.0.0.0/8', description: 'office' })), {
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
    IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'office' }],
  });
  assert.deepEqual(permissionOf(row({ ports: '22', peer: '::/0' })), {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    Ipv6Ranges: [{ CidrIpv6: '::/0' }],
  });
  assert.deepEqual(permissionOf(row({ ports: '22', peer: 'sg-1' })), {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    UserIdGroupPairs: [{ GroupId: 'sg-1' }],
  });
  assert.deepEqual(permissionOf(row({ ports: '22', peer: 'pl-1' })), {
    IpProtocol: 'tcp',
    FromPort: 22,
    ToPort: 22,
    PrefixListIds: [{ PrefixListId: 'pl-1' }],
  });
  assert.deepEqual(permissionOf(allTraffic()), { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
  assert.deepEqual(permissionOf({ ...withType(emptyRow(), 'all-icmp'), peer: '0.0.0.0/0' }), {
    IpProtocol: 'icmp',
    FromPort: -1,
    ToPort: -1,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  });
  assert.deepEqual(permissionOf({ ...withType(emptyRow(), 'custom-icmp'), ports: '8-0', peer: '0.0.0.0/0' }), {
    IpProtocol: 'icmp',
    FromPort: 8,
    ToPort: 0,
    IpRanges: [{ CidrIp: '0.0.0.0/0' }],
  });
});

test('what EC2 says of a rule becomes the same row', () => {
  const rules: SecurityGroupRule[] = [
    { SecurityGroupRuleId: 'sgr-1', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIpv4: '10.0.0.0/8', Description: '' },
    { SecurityGroupRuleId: 'sgr-2', IpProtocol: 'tcp', FromPort: 1, ToPort: 9, CidrIpv6: '::/0', Description: 'x' },
    { SecurityGroupRuleId: 'sgr-3', IpProtocol: '-1', FromPort: -1, ToPort: -1, ReferencedGroupInfo: { GroupId: 'sg-9' } },
    { SecurityGroupRuleId: 'sgr-4', IpProtocol: 'icmp', FromPort: 8, ToPort: 0, PrefixListId: 'pl-1' },
  ];
  assert.deepEqual(rules.map(typeLabel), ['PostgreSQL', 'Custom TCP', 'All traffic', 'Custom ICMP - IPv4']);
  assert.deepEqual(rules.map(portsText), ['5432', '1 - 9', 'All', '8-0']);
  assert.deepEqual(
    rules.map((rule) => requestOf(rowOf(rule))),
    [
      { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, CidrIpv4: '10.0.0.0/8', Description: '' },
      { IpProtocol: 'tcp', FromPort: 1, ToPort: 9, CidrIpv6: '::/0', Description: 'x' },
      { IpProtocol: '-1', ReferencedGroupId: 'sg-9', Description: '' },
      { IpProtocol: 'icmp', FromPort: 8, ToPort: 0, PrefixListId: 'pl-1', Description: '' },
    ],
  );
});

test('only what differs is changed', () => {
  const before = ['sgr-1', 'sgr-2', 'sgr-3'].map((id): RuleRow =>
    rowOf({ SecurityGroupRuleId: id, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIpv4: '10.0.0.0/8' }),
  );
  const after = [before[0]!, { ...before[1]!, ports: '23' }, row({ ports: '80', peer: '0.0.0.0/0' })];
  const found = differences(before, after);
  assert.deepEqual(
    [found.added, found.changed, found.removed].map((rows) => rows.map((one) => one.ruleId ?? one.ports)),
    [['80'], ['sgr-2'], ['sgr-3']],
  );
});

test('My IP is one address, and is missed where the server does not say it', () => {
  assert.equal(withPeerKind(emptyRow(), 'my-ip', '192.0.2.7').peer, '192.0.2.7/32');
  assert.equal(withPeerKind(emptyRow(), 'my-ip', '2001:db8::7').peer, '2001:db8::7/128');
  assert.ok(problemsOf({ ...withPeerKind(emptyRow(), 'my-ip'), ports: '1' }, 'Source').peer);
  assert.ok(!isFaulty(problemsOf(row({ ports: '1', peer: 'sg-0abc' }), 'Source')));
});

test('parts of a block lie side by side', () => {
  assert.deepEqual(
    [0, 1, 15].map((n) => partOf('10.0.0.0/16', n)),
    ['10.0.0.0/20', '10.0.16.0/20', '10.0.240.0/20'],
  );
  assert.equal(partOf('192.168.1.0/24', 2), '192.168.1.32/28');
});
