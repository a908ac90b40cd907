import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect } from 'react';

import { MultiselectField, SelectField, TextField } from '../../resources/fields';
import type { FormState } from '../../resources/use-form';
import { groupChoices, useGroups, useVpcs, vpcChoices } from '../../vpc/lookups';
import { subnetGroupChoices, useSubnetGroups } from '../lookups';
import type { Settings } from './settings';

export interface ConnectivityProps {
  form: FormState<Settings>;
  zones: string[];
  clientAddress?: string;
  newSubnetGroup: string;
}

export function Connectivity({ form, zones, clientAddress, newSubnetGroup }: ConnectivityProps) {
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const groups = useGroups();
  const subnetGroups = useSubnetGroups();
  const isDefaultVpc = vpcs.data?.find((one) => one.VpcId === values.vpc)?.IsDefault ?? false;
  const existing = subnetGroupChoices(subnetGroups.data, values.vpc);
  // RDS makes the group "default" of the default VPC with the first database in it.
  const automatic = isDefaultVpc && !existing.some((choice) => choice.value === 'default')
    ? [{ value: '', label: 'default', description: 'Created with this database, from all subnets of the VPC' }] : [];
  const subnetOptions = [...automatic, ...existing, { value: newSubnetGroup, label: 'Create new DB subnet group', description: 'From all subnets of the VPC' }];
  const subnetGroup = subnetOptions.some((option) => option.value === values.subnetGroup) ? values.subnetGroup : '';
  const chosen = subnetGroup === '' && automatic.length === 0
    ? subnetOptions.find((option) => option.value === 'default')?.value ?? subnetOptions[0]!.value : subnetGroup;
  const isReady = !subnetGroups.loading && !vpcs.loading && values.vpc !== '';
  useEffect(() => {
    if (isReady && chosen !== values.subnetGroup) set({ subnetGroup: chosen });
  }, [isReady, chosen, values.subnetGroup]);
  const ofVpc = groupChoices(groups.data, values.vpc);
  const byDefault = groups.data?.find((one) => one.VpcId === values.vpc && one.GroupName === 'default')?.GroupId;
  const selected = values.groups.filter((id) => ofVpc.some((choice) => choice.value === id));
  // The group of the VPC itself is chosen until the person chooses others.
  useEffect(() => {
    if (byDefault) set({ groups: [byDefault] });
  }, [values.vpc, byDefault]);
  return (
    <Container header={<Header variant="h2">Connectivity</Header>}>
      <SpaceBetween size="l">
        <SelectField label="Virtual private cloud (VPC)" value={values.vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading}
          description="After a database is created, you can't change its VPC."
          onChange={(vpc) => set({ vpc, groups: [], subnetGroup: '', zone: '' })} />
        <SelectField label="DB subnet group" value={chosen} options={subnetOptions} isLoading={subnetGroups.loading}
          description="The subnets that the database can use. They lie in two Availability Zones at least."
          onChange={(next) => set({ subnetGroup: next, zone: '' })} />
        <FormField label="Public access">
          <RadioGroup value={values.isPublic ? 'yes' : 'no'} onChange={(e) => set({ isPublic: e.detail.value === 'yes' })} items={[
            { value: 'yes', label: 'Yes', description: 'Whom a security group lets in can connect from outside of the VPC: from this machine, too.' },
            { value: 'no', label: 'No', description: 'Only clients within the VPC can connect.' },
          ]} />
        </FormField>
        <FormField label="VPC security group (firewall)">
          <RadioGroup value={values.groupMode} onChange={(e) => set({ groupMode: e.detail.value as Settings['groupMode'] })} items={[
            { value: 'existing', label: 'Choose existing', description: 'Choose existing VPC security groups.' },
            { value: 'new', label: 'Create new', description: `Create a security group that admits ${clientAddress ? `your address, ${clientAddress}` : 'nobody yet'}.` },
          ]} />
        </FormField>
        {values.groupMode === 'existing' ? (
          <MultiselectField label="Existing VPC security groups" values={selected} options={ofVpc} isLoading={groups.loading}
            problem={selected.length === 0 ? problem('groups') : undefined}
            onChange={(next) => set({ groups: next })} />
        ) : (
          <TextField label="New VPC security group name" value={values.newGroupName} problem={problem('newGroupName')}
            onChange={(newGroupName) => set({ newGroupName })} />
        )}
        <SelectField label="Availability Zone" value={values.zone} onChange={(zone) => set({ zone })}
          options={[{ value: '', label: 'No preference' }, ...zones.map((zone) => ({ value: zone, label: zone }))]} />
        <ExpandableSection headerText="Additional configuration" defaultExpanded={problem('port') !== undefined}>
          <TextField label="Database port" value={values.port} inputMode="numeric" problem={problem('port')} onChange={(port) => set({ port: port.trim() })}
            hint="The port on which the database is reached. It can be changed later." />
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
