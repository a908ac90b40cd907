import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';

import { clientAddress } from '../../resources/client-address';
import { TextField } from '../../resources/fields';
import { FormPage } from '../../resources/form-page';
import { TagsContainer } from '../../resources/tags-panel';
import { useForm } from '../../resources/use-form';
import { defaultVpc, useSubnets, useVpcs } from '../../vpc/lookups';
import { keepCredentials } from '../credentials';
import { engineKind } from '../engines';
import {
  classChoices,
  clusterPath,
  instancePath,
  smallestClass,
  useEngineVersions,
  useOrderable,
  useSubnetGroups,
  versionChoices,
  versionsNewestFirst,
} from '../lookups';
import { Additional } from './additional';
import { Connectivity } from './connectivity';
import { CredentialSettings } from './credentials';
import { Availability, EngineOptions, InstanceConfiguration, Method, Templates } from './sections';
import {
  checkSettings,
  createSteps,
  initialSettings,
  newSubnetGroup,
  randomPassword,
  type Settings,
  type Surroundings,
} from './settings';

// Where the chosen subnet group, or the whole VPC, has subnets.
function useSurroundings(settings: Settings): Surroundings & { isLoading: boolean } {
  const subnets = useSubnets();
  const groups = useSubnetGroups();
  const own = (subnets.data ?? []).filter((one) => one.VpcId === settings.vpc);
  const group = groups.data?.find((one) => one.DBSubnetGroupName === settings.subnetGroup);
  const chosen = group ? own.filter((one) => group.Subnets?.some((member) => member.SubnetIdentifier === one.SubnetId)) : own;
  return {
    clientAddress: clientAddress(),
    subnets: chosen.map((one) => one.SubnetId),
    isLoading: subnets.loading,
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
    <FormPage
      title="Create database"
      submit="Create database"
      cancel="/rds/databases"
      isValid={form.isValid}
      onInvalid={form.showProblems}
      isLoading={versions.loading || vpcs.loading || around.isLoading}
      steps={createSteps(settings, around)}
      next={() => path}
      success={() => `Database ${values.identifier} is being created.`}
      onDone={() =>
        values.credentials === 'generated' && keepCredentials(values.identifier.toLowerCase(), values.masterUsername, generated)
      }
    >
      <Method form={form} />

      <EngineOptions form={form} version={version} choices={versionChoices(versions.data)} isLoading={versions.loading} />

      {!isEasy && <Templates form={form} />}

      <Container header={<Header variant="h2">Settings</Header>}>
        <SpaceBetween size="l">
          <TextField
            label={kind.isCluster ? 'DB cluster identifier' : 'DB instance identifier'}
            value={values.identifier}
            problem={problem('identifier')}
            onChange={(identifier) => set({ identifier: identifier.trim() })}
            hint="Unique in this account and Region. It is kept in lower case."
          />
          <CredentialSettings form={form} mayBeManaged={kind.isCluster} />
        </SpaceBetween>
      </Container>

      <InstanceConfiguration form={form} choices={classes} isLoading={orderable.loading} />

      {!isEasy && kind.isCluster && <Availability form={form} />}
      {!isEasy && (
        <Connectivity form={form} zones={around.zones} clientAddress={around.clientAddress} newSubnetGroup={newSubnetGroup} />
      )}
      {!isEasy && <Additional form={form} family={family} kind={kind} />}
      {!isEasy && <TagsContainer tags={values.tags} onChange={(tags) => set({ tags })} />}
    </FormPage>
  );
}
