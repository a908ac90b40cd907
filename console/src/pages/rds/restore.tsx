// A new cluster from a snapshot, or from a moment of a cluster that has backups.
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useParams, useSearchParams } from 'react-router-dom';

import { dateTime, LoadedPart, useQuery } from '@/kit';
import { CheckField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { FormPage } from '../resources/form-page';
import { compact, type Step } from '../resources/steps';
import { useForm, type Problems } from '../resources/use-form';
import { groupChoices, useGroups } from '../vpc/lookups';
import { classChoices, clusterPath, smallestClass, snapshotPath, subnetGroupChoices, useOrderable, useSubnetGroups } from './lookups';
import { writerName } from './create/settings';
import type { Cluster, ClusterSnapshot } from './types';

interface Values {
  identifier: string;
  moment: 'latest' | 'time';
  time: string;
  isClone: boolean;
  instanceClass: string;
  subnetGroup: string;
  groups: string[];
  isPublic: boolean;
  isProtected: boolean;
}

const initial: Values = {
  identifier: '', moment: 'latest', time: '', isClone: false, instanceClass: '', subnetGroup: '', groups: [], isPublic: true, isProtected: false,
};

function check(values: Values): Problems<Values> {
  const out: Problems<Values> = {};
  if (!/^[a-zA-Z](-?[a-zA-Z0-9])*$/.test(values.identifier)) out.identifier = 'Begin with a letter; then letters, digits and single hyphens.';
  if (values.moment === 'time' && Number.isNaN(Date.parse(`${values.time}Z`))) out.time = 'Enter a time in UTC, for example 2026-11-30T12:00:00.';
  return out;
}

interface Origin {
  title: string;
  engine?: string;
  version?: string;
  back: string;
  operation: string;
  input: (values: Values) => Record<string, unknown>;
  earliest?: number;
  latest?: number;
  isMoment: boolean;
}

const secondsOf = (values: Values) => Math.floor(Date.parse(`${values.time}Z`) / 1000);

function stepsOf(origin: Origin, values: Values, instanceClass: string): Step[] {
  const network = { DBSubnetGroupName: values.subnetGroup, VpcSecurityGroupIds: values.groups, DeletionProtection: values.isProtected || undefined };
  return [
    { service: 'rds', operation: origin.operation, done: () => `DB cluster ${values.identifier} was created.`,
      input: compact({ DBClusterIdentifier: values.identifier || 'NEW_CLUSTER', ...origin.input(values), ...network }) },
    { service: 'rds', operation: 'CreateDBInstance', input: compact({
      DBInstanceIdentifier: writerName(values.identifier || 'NEW_CLUSTER'), DBClusterIdentifier: values.identifier || 'NEW_CLUSTER', Engine: origin.engine,
      DBInstanceClass: instanceClass, PubliclyAccessible: values.isPublic,
    }) },
  ];
}

function Restore({ origin }: { origin: Origin }) {
  const form = useForm(initial, check);
  const { values, set, problem } = form;
  const orderable = useOrderable(origin.engine ?? '', origin.version);
  const subnetGroups = useSubnetGroups();
  const groups = useGroups();
  const classes = classChoices(orderable.data);
  const instanceClass = values.instanceClass || smallestClass(classes);
  const vpc = subnetGroups.data?.find((group) => group.DBSubnetGroupName === values.subnetGroup)?.VpcId;
  return (
    <FormPage title={origin.title} submit="Restore DB cluster" cancel={origin.back} isValid={form.isValid && instanceClass !== ''} onInvalid={form.showProblems}
      isLoading={orderable.loading} steps={stepsOf(origin, values, instanceClass)} success={() => `${values.identifier} is being restored.`}
      next={() => clusterPath(values.identifier.toLowerCase())}>
      {origin.isMoment && (
        <Container header={<Header variant="h2">Restore to</Header>}>
          <SpaceBetween size="l">
            <FormField label="Time">
              <RadioGroup value={values.moment} onChange={(e) => set({ moment: e.detail.value as Values['moment'] })} items={[
                { value: 'latest', label: `Latest restorable time: ${dateTime(origin.latest)}` },
                { value: 'time', label: 'Custom date and time' },
              ]} />
            </FormField>
            {values.moment === 'time' && (
              <TextField label="Date and time (UTC)" value={values.time} onChange={(time) => set({ time: time.trim() })} problem={problem('time')}
                placeholder="2026-11-30T12:00:00" hint={`From ${dateTime(origin.earliest)}`} />
            )}
            <CheckField label="Clone (copy-on-write)" checked={values.isClone} onChange={(isClone) => set({ isClone })}
              description="Shares the volume's blocks where the file system of this machine can." isDisabled={values.moment === 'time'} />
          </SpaceBetween>
        </Container>
      )}
      <Container header={<Header variant="h2">Settings</Header>}>
        <SpaceBetween size="l">
          <TextField label="New DB cluster identifier" value={values.identifier} onChange={(identifier) => set({ identifier: identifier.trim() })} problem={problem('identifier')} />
          <SelectField label="DB instance class" value={instanceClass} options={classes} isLoading={orderable.loading} onChange={(next) => set({ instanceClass: next })} />
          <SelectField label="DB subnet group" value={values.subnetGroup} isLoading={subnetGroups.loading} onChange={(subnetGroup) => set({ subnetGroup, groups: [] })}
            options={[{ value: '', label: 'default' }, ...subnetGroupChoices(subnetGroups.data).filter((one) => one.value !== 'default')]} />
          <MultiselectField label="VPC security groups" values={values.groups} options={groupChoices(groups.data, vpc)} isLoading={groups.loading}
            placeholder="The default group of the VPC" onChange={(next) => set({ groups: next })} />
          <CheckField label="Publicly accessible" checked={values.isPublic} onChange={(isPublic) => set({ isPublic })} />
          <CheckField label="Enable deletion protection" checked={values.isProtected} onChange={(isProtected) => set({ isProtected })} />
        </SpaceBetween>
      </Container>
    </FormPage>
  );
}

export function RestoreSnapshot() {
  const { id = '' } = useParams();
  const asked = useQuery<{ DBClusterSnapshots?: ClusterSnapshot[] }>('rds', 'DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: id });
  return (
    <LoadedPart from={asked}>
      {(out) => {
        const snapshot = out.DBClusterSnapshots?.[0];
        return snapshot && (
          <Restore origin={{
            title: 'Restore snapshot', engine: snapshot.Engine, version: snapshot.EngineVersion, back: snapshotPath(id), isMoment: false,
            operation: 'RestoreDBClusterFromSnapshot', input: () => ({ SnapshotIdentifier: id, Engine: snapshot.Engine }),
          }} />
        );
      }}
    </LoadedPart>
  );
}

function momentOrigin(source: Record<string, unknown>, cluster: Partial<Cluster>, back: string): Origin {
  return {
    title: 'Restore to point in time', engine: cluster.Engine, version: cluster.EngineVersion, back, isMoment: true,
    earliest: cluster.EarliestRestorableTime, latest: cluster.LatestRestorableTime, operation: 'RestoreDBClusterToPointInTime',
    input: (values) => ({
      ...source, RestoreType: values.isClone && values.moment === 'latest' ? 'copy-on-write' : undefined,
      UseLatestRestorableTime: values.moment === 'latest' || undefined,
      RestoreToTime: values.moment === 'time' && values.time ? secondsOf(values) : undefined,
    }),
  };
}

export function RestoreMoment() {
  const { id = '' } = useParams();
  const asked = useQuery<{ DBClusters?: Cluster[] }>('rds', 'DescribeDBClusters', { DBClusterIdentifier: id });
  return (
    <LoadedPart from={asked}>
      {(out) => out.DBClusters?.[0] && <Restore origin={momentOrigin({ SourceDBClusterIdentifier: id }, out.DBClusters[0], clusterPath(id))} />}
    </LoadedPart>
  );
}

// Of a cluster that is gone, whose automated backups were kept.
export function RestoreRetained() {
  const [search] = useSearchParams();
  const resource = search.get('resource') ?? '';
  const asked = useQuery<{ DBClusterAutomatedBackups?: RetainedBackup[] }>('rds', 'DescribeDBClusterAutomatedBackups', { DbClusterResourceId: resource });
  return (
    <LoadedPart from={asked}>
      {(out) => {
        const backup = out.DBClusterAutomatedBackups?.[0];
        return backup && (
          <Restore origin={momentOrigin({ SourceDbClusterResourceId: resource }, {
            Engine: backup.Engine, EngineVersion: backup.EngineVersion, EarliestRestorableTime: backup.RestoreWindow?.EarliestTime,
            LatestRestorableTime: backup.RestoreWindow?.LatestTime,
          }, '/rds/automated-backups')} />
        );
      }}
    </LoadedPart>
  );
}

export interface RetainedBackup {
  DBClusterIdentifier?: string;
  DbClusterResourceId?: string;
  Engine?: string;
  EngineVersion?: string;
  Status?: string;
  BackupRetentionPeriod?: number;
  RestoreWindow?: { EarliestTime?: number; LatestTime?: number };
}
