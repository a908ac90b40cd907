import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cliCommand, hyphenated, shellQuoted } from './cli';

test('names are those of the AWS CLI', () => {
  // From botocore.xform_name with '-': what `aws <service> help` lists.
  const names: Record<string, string> = {
    CreateDBCluster: 'create-db-cluster', DBClusterIdentifier: 'db-cluster-identifier',
    EnableIAMDatabaseAuthentication: 'enable-iam-database-authentication', VpcSecurityGroupIds: 'vpc-security-group-ids',
    PolicyARNs: 'policy-arns', SetDefaultPolicyVersion: 'set-default-policy-version', UserName: 'user-name',
    CreateVirtualMFADevice: 'create-virtual-mfa-device', ListSAMLProviders: 'list-saml-providers',
    CreateOpenIDConnectProvider: 'create-open-id-connect-provider', ThumbprintList: 'thumbprint-list',
    AuthenticationCode1: 'authentication-code1', KmsKeyId: 'kms-key-id', CidrIp: 'cidr-ip',
    ModifyDBClusterSnapshotAttribute: 'modify-db-cluster-snapshot-attribute', Port: 'port',
    EC2SecurityGroupId: 'ec2-security-group-id', AssociateVpcCidrBlock: 'associate-vpc-cidr-block',
  };
  for (const [name, wanted] of Object.entries(names)) assert.equal(hyphenated(name), wanted);
});

test('a shell reads back what was quoted', () => {
  assert.equal(shellQuoted('plain-Text_1'), 'plain-Text_1');
  assert.equal(shellQuoted(''), "''");
  assert.equal(shellQuoted("it's $HOME"), `'it'\\''s $HOME'`);
});

test('flags, lists, shorthand and JSON', () => {
  assert.equal(cliCommand({ service: 'iam', operation: 'CreateUser', input: { UserName: 'ann', Path: undefined, Tags: [] } }),
    'aws iam create-user --user-name ann');
  assert.equal(
    cliCommand({ service: 'rds', operation: 'CreateDBCluster', region: 'eu-west-1', input: {
      StorageEncrypted: true, CopyTagsToSnapshot: false, VpcSecurityGroupIds: ['sg-1', 'sg-2'],
      Tags: [{ Key: 'a', Value: 'b' }], MasterUserPassword: 'secret',
    } }),
    ['aws rds create-db-cluster', '--storage-encrypted', '--no-copy-tags-to-snapshot', '--vpc-security-group-ids sg-1 sg-2',
      '--tags Key=a,Value=b', "--master-user-password '…'", '--region eu-west-1'].join(' \\\n  '));
  const json = cliCommand({ service: 'ec2', operation: 'AuthorizeSecurityGroupIngress', input: {
    IpPermissions: [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] } });
  assert.match(json, /--ip-permissions '\[\{"IpProtocol":"tcp","IpRanges":\[\{"CidrIp":"0\.0\.0\.0\/0"\}\]\}\]'$/);
});

test('a secret is never in a command', () => {
  for (const member of ['Password', 'NewPassword', 'OldPassword', 'MasterUserPassword', 'AuthToken', 'SecretString']) {
    assert.doesNotMatch(cliCommand({ service: 'iam', operation: 'Any', input: { [member]: 'hunter2' } }), /hunter2/);
  }
});
