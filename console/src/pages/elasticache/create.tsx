import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useSearchParams } from 'react-router-dom';

import { CheckField, MultiselectField, SelectField, TextField } from '../resources/fields';
import { byText } from '../resources/format';
import { FormPage } from '../resources/form-page';
import { TagsContainer } from '../resources/tags-panel';
import { useForm, type FormState } from '../resources/use-form';
import { defaultVpc, groupChoices, useGroups, useVpcs } from '../vpc/lookups';
import { Access } from './access';
import {
  clusterPath, engineKinds, groupPath, nodeTypeChoices, subnetGroupChoices, useEngineVersions, useParameterGroups, useSubnetGroups,
} from './lookups';
import { checkSettings, createStep, initialSettings, isGroup, isMemcached, withEngine, type Settings } from './settings';
import type { EngineVersion } from './types';

const newestFirst = (a: EngineVersion, b: EngineVersion) => byText<EngineVersion>((one) => one.EngineVersion)(b, a);

export function CreateCache() {
  const [search] = useSearchParams();
  const form = useForm<Settings>({ ...initialSettings(), snapshot: search.get('snapshot') ?? '', ...(search.get('engine') ? { engine: search.get('engine')! } : {}) }, checkSettings);
  const { values, set } = form;
  const versions = useEngineVersions();
  const own = (versions.data ?? []).filter((one) => one.Engine === values.engine).sort(newestFirst);
  const version = values.version || own[0]?.EngineVersion || '';
  const family = own.find((one) => one.EngineVersion === version)?.CacheParameterGroupFamily;
  const settings = { ...values, version };
  const installed = (engine: string) => versions.data === undefined || versions.data.some((one) => one.Engine === engine);
  const name = values.name.toLowerCase();
  return (
    <FormPage title="Create cache" submit="Create" cancel="/elasticache/caches" isLoading={versions.loading} isValid={form.isValid} onInvalid={form.showProblems}
      steps={[createStep(settings)]} success={() => `Cache ${name} is being created.`} next={() => (isGroup(values) ? groupPath(name) : clusterPath(name))}>
      <Container header={<Header variant="h2">Engine</Header>}>
        <SpaceBetween size="l">
          <FormField label="Engine" stretch>
            <Tiles columns={3} value={values.engine} onChange={(e) => set(withEngine(e.detail.value))} items={engineKinds.map((kind) => ({
              value: kind.engine, label: kind.label, disabled: !installed(kind.engine),
              description: installed(kind.engine) ? kind.description : 'There is no program of this engine on this machine.',
            }))} />
          </FormField>
          <SelectField label="Engine version" value={version} isLoading={versions.loading} onChange={(next) => set({ version: next })}
            options={own.map((one) => ({ value: one.EngineVersion ?? '', label: one.EngineVersion, description: one.CacheEngineVersionDescription }))} />
          {!isMemcached(values) && (
            <FormField label="Nodes">
              <RadioGroup value={values.shape} onChange={(e) => set({ shape: e.detail.value as Settings['shape'] })} items={[
                { value: 'group', label: 'Replication group', description: 'A primary, and replicas that take over. Cluster mode is disabled.' },
                { value: 'single', label: 'Single node', description: 'One node without replicas.' },
              ]} />
            </FormField>
          )}
        </SpaceBetween>
      </Container>
      <Cluster form={form} />
      <Connectivity form={form} />
      {isGroup(values) && <Access form={form} />}
      <Advanced form={form} family={family} />
      <TagsContainer tags={values.tags} onChange={(tags) => set({ tags })} />
    </FormPage>
  );
}

function Cluster({ form }: { form: FormState<Settings> }) {
  const { values, set, problem } = form;
  const hasReplicas = Number(values.replicas) > 0;
  return (
    <Container header={<Header variant="h2">Cache settings</Header>}>
      <SpaceBetween size="l">
        <TextField label="Name" value={values.name} onChange={(name) => set({ name: name.trim() })} problem={problem('name')} placeholder="my-cache" hint="It is kept in lower case." />
        {isGroup(values) && <TextField label="Description" isOptional value={values.description} onChange={(description) => set({ description })} />}
        <SelectField label="Node type" value={values.nodeType} options={nodeTypeChoices} onChange={(nodeType) => set({ nodeType })} hint="It says how much memory the engine may use." />
        {isMemcached(values) && <TextField label="Number of nodes" value={values.nodes} inputMode="numeric" problem={problem('nodes')} onChange={(nodes) => set({ nodes })} />}
        {isGroup(values) && (
          <>
            <SelectField label="Number of replicas" value={values.replicas} onChange={(replicas) => set({ replicas })}
              options={['0', '1', '2', '3', '4', '5'].map((value) => ({ value, label: value }))} />
            <CheckField label="Auto-failover" checked={hasReplicas && values.hasFailover} isDisabled={!hasReplicas} onChange={(hasFailover) => set({ hasFailover })}
              description="A replica takes over when the primary fails." />
          </>
        )}
        {(isMemcached(values) || isGroup(values)) && (
          <CheckField label="Multi-AZ" checked={values.isMultiAz} onChange={(isMultiAz) => set({ isMultiAz })} description="The nodes lie in different Availability Zones."
            isDisabled={isGroup(values) ? !hasReplicas || !values.hasFailover : Number(values.nodes) < 2} />
        )}
      </SpaceBetween>
    </Container>
  );
}

function Connectivity({ form }: { form: FormState<Settings> }) {
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const groups = useGroups();
  const subnetGroups = useSubnetGroups();
  const chosen = subnetGroups.data?.find((group) => group.CacheSubnetGroupName === values.subnetGroup);
  const vpc = chosen?.VpcId ?? defaultVpc(vpcs.data);
  return (
    <Container header={<Header variant="h2">Connectivity</Header>}>
      <SpaceBetween size="l">
        <SelectField label="Subnet group" value={values.subnetGroup} isLoading={subnetGroups.loading} onChange={(subnetGroup) => set({ subnetGroup, groups: [] })}
          options={[{ value: '', label: 'default', description: 'All subnets of the default VPC' },
            ...subnetGroupChoices(subnetGroups.data).filter((choice) => choice.value !== 'default')]} />
        <MultiselectField label="Security groups" values={values.groups} options={groupChoices(groups.data, vpc)} isLoading={groups.loading}
          placeholder="The default group of the VPC" onChange={(next) => set({ groups: next })} />
        <TextField label="Port" value={values.port} inputMode="numeric" problem={problem('port')} onChange={(port) => set({ port: port.trim() })} />
        <Box color="text-body-secondary" fontSize="body-s">Nobody can connect until an inbound rule of a security group lets them in.</Box>
      </SpaceBetween>
    </Container>
  );
}

function Advanced({ form, family }: { form: FormState<Settings>; family?: string }) {
  const { values, set } = form;
  const groups = useParameterGroups();
  const fitting = (groups.data ?? []).filter((group) => group.CacheParameterGroupFamily === family && !group.CacheParameterGroupName.startsWith('default.'));
  return (
    <Container header={<Header variant="h2" description="Parameters, backups and maintenance">Advanced settings</Header>}>
      <SpaceBetween size="l">
        <SelectField label="Parameter group" value={values.parameterGroup} isLoading={groups.loading} onChange={(parameterGroup) => set({ parameterGroup })}
          options={[{ value: '', label: family ? `default.${family}` : 'default' },
            ...fitting.map((group) => ({ value: group.CacheParameterGroupName, label: group.CacheParameterGroupName, description: group.Description }))]} />
        {!isMemcached(values) && (
          <>
            <TextField label="Restore from backup" isOptional value={values.snapshot} onChange={(snapshot) => set({ snapshot: snapshot.trim() })} hint="The name of a backup." />
            <TextField label="Backup retention period (days)" value={values.retentionDays} inputMode="numeric" onChange={(retentionDays) => set({ retentionDays })} hint="0: no automatic backups." />
            {Number(values.retentionDays) > 0 &&
              <TextField label="Backup window" isOptional value={values.backupWindow} onChange={(backupWindow) => set({ backupWindow })} hint="UTC, for example 03:00-04:00." />}
          </>
        )}
        <TextField label="Maintenance window" isOptional value={values.maintenanceWindow} onChange={(maintenanceWindow) => set({ maintenanceWindow })} hint="UTC, for example sun:05:00-sun:06:00." />
        <CheckField label="Auto upgrade minor versions" checked={values.updatesMinor} onChange={(updatesMinor) => set({ updatesMinor })} />
      </SpaceBetween>
    </Container>
  );
}
