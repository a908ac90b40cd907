import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { clientAddress } from '../../resources/client-address';
import { SelectField, TextField } from '../../resources/fields';
import { FormPage } from '../../resources/form-page';
import { TagsContainer } from '../../resources/tags-panel';
import { useForm } from '../../resources/use-form';
import { defaultVpc, useSubnets, useVpcs } from '../../vpc/lookups';
import { keepCredentials } from '../credentials';
import { engineKind, engineKinds } from '../engines';
import {
  classChoices, clusterPath, instancePath, smallestClass, useEngineVersions, useOrderable, useSubnetGroups, versionChoices, versionsNewestFirst,
} from '../lookups';
import { Additional } from './additional';
import { Connectivity } from './connectivity';
import { CredentialSettings } from './credentials';
import {
  checkSettings, createSteps, initialSettings, newSubnetGroup, randomPassword, withEngine, withTemplate, type Settings, type Surroundings,
} from './settings';

// Where the chosen subnet group, or the whole VPC, has subnets.
function useSurroundings(settings: Settings): Surroundings & { isLoading: boolean } {
  const subnets = useSubnets();
  const groups = useSubnetGroups();
  const own = (subnets.data ?? []).filter((one) => one.VpcId === settings.vpc);
  const group = groups.data?.find((one) => one.DBSubnetGroupName === settings.subnetGroup);
  const chosen = group ? own.filter((one) => group.Subnets?.some((member) => member.SubnetIdentifier === one.SubnetId)) : own;
  return {
    clientAddress: clientAddress(), subnets: chosen.map((one) => one.SubnetId), isLoading: subnets.loading,
    zones: [...new Set(chosen.map((one) => one.AvailabilityZone ?? ''))].filter(Boolean).sort(),
  };
}

export function CreateDatabase() {
  const [search] = useSearchParams();
  const [first] = useState(() => initialSettings(search.get('engine') ?? undefined));
  const [generated] = useState(randomPassword);
  const form = useForm<Settings>(first, checkSettings);
  const { values, set, problem } = form;
  const kind = engineKind(values.engine);

  const vpcs = useVpcs();
  const versions = useEngineVersions(values.engine);
  const version = values.version || versionsNewestFirst(versions.data)[0]?.EngineVersion || '';
  const orderable = useOrderable(values.engine, version);
  const classes = classChoices(orderable.data);
  const family = versions.data?.find((one) => one.EngineVersion === version)?.DBParameterGroupFamily;

  // What was not chosen yet is what the server offers first.
  const vpc = defaultVpc(vpcs.data);
  const smallest = smallestClass(classes);
  useEffect(() => {
    if (!values.vpc && vpc) set({ vpc });
  }, [values.vpc, vpc]);
  useEffect(() => {
    if (smallest && !classes.some((choice) => choice.value === values.instanceClass)) set({ instanceClass: smallest });
  }, [smallest, values.instanceClass]);

  const settings: Settings = { ...values, version, password: values.credentials === 'generated' ? generated : values.password };
  const around = useSurroundings(settings);
  const isEasy = values.method === 'easy';
  const path = kind.isCluster ? clusterPath(values.identifier.toLowerCase()) : instancePath(values.identifier.toLowerCase());

  return (
    <FormPage title="Create database" submit="Create database" cancel="/rds/databases" isValid={form.isValid} onInvalid={form.showProblems}
      isLoading={versions.loading || vpcs.loading || around.isLoading} steps={createSteps(settings, around)} next={() => path}
      success={() => `Database ${values.identifier} is being created.`}
      onDone={() => values.credentials === 'generated' && keepCredentials(values.identifier.toLowerCase(), values.masterUsername, generated)}>
      <Container header={<Header variant="h2">Choose a database creation method</Header>}>
        <Tiles ariaLabel="Database creation method" value={values.method} onChange={(e) => set({ method: e.detail.value as Settings['method'] })} items={[
          { value: 'standard', label: 'Standard create', description: 'You set all of the configuration options, including availability, security, backups and maintenance.' },
          { value: 'easy', label: 'Easy create', description: 'Recommended configurations. Some options can be changed after the database is created.' },
        ]} />
      </Container>

      <Container header={<Header variant="h2">Engine options</Header>}>
        <SpaceBetween size="l">
          <FormField label="Engine type" stretch>
            <Tiles columns={3} value={values.engine} onChange={(e) => set(withEngine(values, e.detail.value))}
              items={engineKinds.map((one) => ({ value: one.engine, label: one.label, description: one.description }))} />
          </FormField>
          <SelectField label="Engine version" value={version} options={versionChoices(versions.data)} isLoading={versions.loading}
            empty="No version of this engine is installed on this machine." onChange={(next) => set({ version: next, instanceClass: '' })} />
        </SpaceBetween>
      </Container>

      {!isEasy && (
        <Container header={<Header variant="h2">Templates</Header>}>
          <Tiles ariaLabel="Template" value={values.template} onChange={(e) => set(withTemplate(e.detail.value as Settings['template'], values))} items={[
            { value: 'production', label: 'Production', description: 'High availability, deletion protection and a week of backups.' },
            { value: 'dev-test', label: 'Dev/Test', description: 'One instance, for development outside of production.' },
          ]} />
        </Container>
      )}

      <Container header={<Header variant="h2">Settings</Header>}>
        <SpaceBetween size="l">
          <TextField label={kind.isCluster ? 'DB cluster identifier' : 'DB instance identifier'} value={values.identifier} problem={problem('identifier')}
            onChange={(identifier) => set({ identifier: identifier.trim() })}
            hint="Unique in this account and Region. It is kept in lower case." />
          <CredentialSettings form={form} mayBeManaged={kind.isCluster} />
        </SpaceBetween>
      </Container>

      <Container header={<Header variant="h2">Instance configuration</Header>}>
        <SpaceBetween size="l">
          <SelectField label="DB instance class" value={values.instanceClass} options={classes} isLoading={orderable.loading} problem={problem('instanceClass')}
            onChange={(instanceClass) => set({ instanceClass })} />
          {!kind.isCluster && (
            <>
              <SelectField label="Storage type" value={values.storageType} onChange={(storageType) => set({ storageType })} options={[
                { value: 'gp3', label: 'General Purpose SSD (gp3)' }, { value: 'gp2', label: 'General Purpose SSD (gp2)' },
              ]} />
              <TextField label="Allocated storage (GiB)" value={values.allocatedStorage} inputMode="numeric" problem={problem('allocatedStorage')}
                onChange={(allocatedStorage) => set({ allocatedStorage })} />
            </>
          )}
        </SpaceBetween>
      </Container>

      {!isEasy && kind.isCluster && (
        <Container header={<Header variant="h2">Availability and durability</Header>}>
          <Tiles ariaLabel="Multi-AZ deployment" value={values.hasReader ? 'reader' : 'none'} onChange={(e) => set({ hasReader: e.detail.value === 'reader' })} items={[
            { value: 'none', label: "Don't create an Aurora Replica", description: 'If the instance fails, it is started again.' },
            { value: 'reader', label: 'Create an Aurora Replica in a different AZ (recommended for scaled availability)',
              description: 'It answers reads and takes over when the writer fails.', disabled: values.engine === 'aurora-mysql' },
          ]} />
        </Container>
      )}
      {!isEasy && <Connectivity form={form} zones={around.zones} clientAddress={around.clientAddress} newSubnetGroup={newSubnetGroup} />}
      {!isEasy && <Additional form={form} family={family} kind={kind} />}
      {!isEasy && <TagsContainer tags={values.tags} onChange={(tags) => set({ tags })} />}
    </FormPage>
  );
}
