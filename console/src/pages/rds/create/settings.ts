// The settings of Create database: their defaults, what is wrong with them, and the calls that they are. Pure.
import { compact, type Output, type Step } from '../../resources/steps';
import type { Tag } from '@/kit';
import type { Problems } from '../../resources/use-form';
import { engineKind } from '../engines';

export type Credentials = 'own' | 'generated' | 'managed';

export interface Settings {
  method: 'standard' | 'easy';
  engine: string;
  version: string;
  template: 'production' | 'dev-test';
  identifier: string;
  masterUsername: string;
  credentials: Credentials;
  password: string;
  confirmation: string;
  instanceClass: string;
  hasReader: boolean;
  storageType: string;
  allocatedStorage: string;
  computeInstance: string;
  vpc: string;
  subnetGroup: string;
  isPublic: boolean;
  groupMode: 'existing' | 'new';
  groups: string[];
  newGroupName: string;
  zone: string;
  port: string;
  hasIamLogin: boolean;
  hasDataApi: boolean;
  databaseName: string;
  clusterParameterGroup: string;
  parameterGroup: string;
  retentionDays: string;
  backupWindow: string;
  copiesTags: boolean;
  updatesMinor: boolean;
  maintenanceWindow: string;
  isProtected: boolean;
  tags: Tag[];
}

export const newSubnetGroup = 'create-new';
const identifierForm = /^[a-zA-Z](?:-?[a-zA-Z0-9])*$/;
const identifier_characters_max = 60;  // leaves room for the names of the instances
const password_characters_min = 8;
const retention_days_max = 35;
const port_min = 1150;
const port_max = 65535;

export function initialSettings(engine = 'aurora-postgresql'): Settings {
  const kind = engineKind(engine);
  return {
    method: 'standard', engine: kind.engine, version: '', template: 'dev-test', identifier: 'database-1',
    masterUsername: kind.masterUsername, credentials: 'own', password: '', confirmation: '', instanceClass: '', hasReader: false,
    storageType: 'gp3', allocatedStorage: '20', computeInstance: '', vpc: '', subnetGroup: '', isPublic: true, groupMode: 'existing',
    groups: [], newGroupName: '', zone: '', port: String(kind.port), hasIamLogin: false, hasDataApi: false, databaseName: '',
    clusterParameterGroup: '', parameterGroup: '', retentionDays: '1', backupWindow: '', copiesTags: true, updatesMinor: true,
    maintenanceWindow: '', isProtected: false, tags: [],
  };
}

// What changes with the engine: everything that another engine would refuse.
export function withEngine(settings: Settings, engine: string): Partial<Settings> {
  const kind = engineKind(engine);
  const managed = settings.credentials === 'managed' && !kind.isCluster;
  return {
    engine, version: '', instanceClass: '', masterUsername: kind.masterUsername, port: String(kind.port), clusterParameterGroup: '',
    parameterGroup: '', databaseName: '', hasReader: kind.isCluster && settings.hasReader, hasIamLogin: false, hasDataApi: false,
    credentials: managed ? 'own' : settings.credentials,
  };
}

export function withTemplate(template: Settings['template'], settings: Settings): Partial<Settings> {
  const isProduction = template === 'production';
  const hasReader = isProduction && settings.engine === 'aurora-postgresql';
  return { template, hasReader, isProtected: isProduction, retentionDays: isProduction ? '7' : '1' };
}

const isNumberWithin = (text: string, least: number, most: number) =>
  /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most;

const passwordForm = /^[\x21-\x7e]*$/;

export function checkSettings(s: Settings): Problems<Settings> {
  const out: Problems<Settings> = {};
  if (!identifierForm.test(s.identifier) || s.identifier.length > identifier_characters_max) {
    out.identifier = 'Begin with a letter; then letters, digits and single hyphens, 60 characters at most.';
  }
  if (!/^[a-zA-Z][a-zA-Z0-9_]*$/.test(s.masterUsername)) out.masterUsername = 'Begin with a letter; then letters, digits and underscores.';
  if (s.credentials === 'own') {
    if (s.password.length < password_characters_min) out.password = 'At least 8 characters.';
    else if (!passwordForm.test(s.password) || /[/@"]/.test(s.password)) out.password = 'Printable characters without /, @, " and spaces.';
    if (s.confirmation !== s.password) out.confirmation = 'The two passwords are not the same.';
  }
  if (!s.instanceClass) out.instanceClass = 'Choose a class.';
  if (s.method === 'easy') return out;
  if (!isNumberWithin(s.port, port_min, port_max)) out.port = 'A port from 1150 to 65535.';
  if (s.groupMode === 'new' && !s.newGroupName.trim()) out.newGroupName = 'Enter a name.';
  if (s.groupMode === 'existing' && s.groups.length === 0) out.groups = 'Choose at least one.';
  if (!isNumberWithin(s.retentionDays, engineKind(s.engine).isCluster ? 1 : 0, retention_days_max)) out.retentionDays = 'From 1 to 35 days.';
  if (!engineKind(s.engine).isCluster && !isNumberWithin(s.allocatedStorage, 20, 65536)) out.allocatedStorage = 'At least 20 GiB.';
  return out;
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%+:=?';
const password_characters = 24;

// The alphabet has 64 letters, so that a byte's remainder favours none of them.
export function randomPassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(password_characters));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');
}

// What the calls need to know beside the settings.
export interface Surroundings {
  clientAddress?: string;
  // Zones of the chosen subnets, in order.
  zones: string[];
  subnets: string[];
}

interface Places {
  groupIds: (outputs: Output[]) => string[];
  subnetGroup?: string;
}

const groupIdOf = (output?: Output) => String(output?.GroupId ?? '');

// Groups and subnet groups that have to be made before the database.
function networkSteps(s: Settings, around: Surroundings): { steps: Step[]; places: Places } {
  const steps: Step[] = [];
  let groupIds: Places['groupIds'] = () => s.groups;
  if (s.groupMode === 'new') {
    const at = steps.length;
    groupIds = (outputs) => [groupIdOf(outputs[at])];
    steps.push({
      service: 'ec2', operation: 'CreateSecurityGroup', sample: { GroupId: 'sg-OF-THE-NEW-GROUP' },
      input: compact({ GroupName: s.newGroupName.trim(), Description: 'Created by the RDS console', VpcId: s.vpc }),
      done: (output) => `Security group ${groupIdOf(output)} was created.`,
    });
    if (around.clientAddress) {
      const address = around.clientAddress;
      const range = address.includes(':') ? { Ipv6Ranges: [{ CidrIpv6: `${address}/128` }] } : { IpRanges: [{ CidrIp: `${address}/32` }] };
      steps.push({
        service: 'ec2', operation: 'AuthorizeSecurityGroupIngress',
        input: (outputs) => ({
          GroupId: groupIdOf(outputs[at]),
          IpPermissions: [{ IpProtocol: 'tcp', FromPort: Number(s.port), ToPort: Number(s.port), ...range }],
        }),
      });
    }
  }
  let subnetGroup = s.subnetGroup || undefined;
  if (s.subnetGroup === newSubnetGroup) {
    subnetGroup = `default-${s.vpc}`;
    steps.push({
      service: 'rds', operation: 'CreateDBSubnetGroup',
      input: { DBSubnetGroupName: subnetGroup, DBSubnetGroupDescription: 'Created from the RDS console', SubnetIds: around.subnets },
      done: () => `DB subnet group default-${s.vpc} was created.`,
    });
  }
  return { steps, places: { groupIds, subnetGroup } };
}

function credentialMembers(s: Settings): Record<string, unknown> {
  if (s.credentials === 'managed') return { MasterUsername: s.masterUsername, ManageMasterUserPassword: true };
  return { MasterUsername: s.masterUsername, MasterUserPassword: s.password };
}

const isStandard = (s: Settings) => s.method === 'standard';

function clusterInput(s: Settings, places: Places, outputs: Output[]) {
  const standard = !isStandard(s) ? {} : {
    Port: Number(s.port), DatabaseName: s.databaseName, VpcSecurityGroupIds: places.groupIds(outputs), DBSubnetGroupName: places.subnetGroup,
    DBClusterParameterGroupName: s.clusterParameterGroup, BackupRetentionPeriod: Number(s.retentionDays),
    PreferredBackupWindow: s.backupWindow, PreferredMaintenanceWindow: s.maintenanceWindow,
    CopyTagsToSnapshot: s.copiesTags || undefined, DeletionProtection: s.isProtected || undefined,
    EnableIAMDatabaseAuthentication: s.hasIamLogin || undefined, EnableHttpEndpoint: s.hasDataApi || undefined, Tags: s.tags,
  };
  return compact({ DBClusterIdentifier: s.identifier, Engine: s.engine, EngineVersion: s.version, ...credentialMembers(s), ...standard });
}

function memberInput(s: Settings, name: string, zone: string | undefined) {
  const standard = !isStandard(s) ? {} : {
    PubliclyAccessible: s.isPublic, DBParameterGroupName: s.parameterGroup, PreferredMaintenanceWindow: s.maintenanceWindow,
    AutoMinorVersionUpgrade: s.updatesMinor, Tags: s.tags,
  };
  return compact({
    DBInstanceIdentifier: name, DBClusterIdentifier: s.identifier, Engine: s.engine, DBInstanceClass: s.instanceClass,
    AvailabilityZone: zone, ...standard,
  });
}

function standaloneInput(s: Settings, places: Places, outputs: Output[]) {
  const standard = !isStandard(s) ? {} : {
    Port: Number(s.port), DBName: s.databaseName, VpcSecurityGroupIds: places.groupIds(outputs), DBSubnetGroupName: places.subnetGroup,
    PubliclyAccessible: s.isPublic, AvailabilityZone: s.zone, DBParameterGroupName: s.parameterGroup,
    BackupRetentionPeriod: Number(s.retentionDays), PreferredBackupWindow: s.backupWindow,
    PreferredMaintenanceWindow: s.maintenanceWindow, CopyTagsToSnapshot: s.copiesTags || undefined,
    AutoMinorVersionUpgrade: s.updatesMinor, DeletionProtection: s.isProtected || undefined,
    EnableIAMDatabaseAuthentication: s.hasIamLogin || undefined, Tags: s.tags,
  };
  return compact({
    DBInstanceIdentifier: s.identifier, Engine: s.engine, EngineVersion: s.version, DBInstanceClass: s.instanceClass,
    AllocatedStorage: Number(s.allocatedStorage), StorageType: s.storageType, ...credentialMembers(s), ...standard,
  });
}

export const writerName = (identifier: string) => `${identifier}-instance-1`;
const readerName = (identifier: string) => `${identifier}-instance-2`;

export function createSteps(s: Settings, around: Surroundings): Step[] {
  const { steps, places } = isStandard(s) ? networkSteps(s, around) : { steps: [], places: { groupIds: () => [] } as Places };
  if (!engineKind(s.engine).isCluster) {
    return [...steps, { service: 'rds', operation: 'CreateDBInstance', input: (outputs) => standaloneInput(s, places, outputs) }];
  }
  // A reader in another zone than the writer's needs both zones said.
  const writerZone = s.zone || (s.hasReader ? around.zones[0] : undefined);
  const members: Step[] = [{
    service: 'rds', operation: 'CreateDBInstance', input: memberInput(s, writerName(s.identifier), writerZone),
    done: () => `DB instance ${writerName(s.identifier)} was created.`,
  }];
  if (s.hasReader) {
    const zone = around.zones.find((other) => other !== writerZone);
    members.push({ service: 'rds', operation: 'CreateDBInstance', input: memberInput(s, readerName(s.identifier), zone) });
  }
  return [...steps, {
    service: 'rds', operation: 'CreateDBCluster', input: (outputs) => clusterInput(s, places, outputs),
    done: () => `DB cluster ${s.identifier} was created.`,
  }, ...members];
}
