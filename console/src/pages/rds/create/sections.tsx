// The parts of Create database that say what the database is.
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';

import { SelectField, TextField, type Choice } from '../../resources/fields';
import type { FormState } from '../../resources/use-form';
import { engineKind, engineKinds } from '../engines';
import { withEngine, withTemplate, type Settings } from './settings';

export interface SectionProps {
  form: FormState<Settings>;
}

export interface ChoicesProps extends SectionProps {
  choices: Choice[];
  isLoading: boolean;
}

export function Method({ form: { values, set } }: SectionProps) {
  return (
    <Container header={<Header variant="h2">Choose a database creation method</Header>}>
      <Tiles
        ariaLabel="Database creation method"
        value={values.method}
        onChange={(e) => set({ method: e.detail.value as Settings['method'] })}
        items={[
          {
            value: 'standard',
            label: 'Standard create',
            description: 'You set all of the configuration options, including availability, security, backups and maintenance.',
          },
          {
            value: 'easy',
            label: 'Easy create',
            description: 'Recommended configurations. Some options can be changed after the database is created.',
          },
        ]}
      />
    </Container>
  );
}

export function EngineOptions({ form: { values, set }, version, choices, isLoading }: ChoicesProps & { version: string }) {
  return (
    <Container header={<Header variant="h2">Engine options</Header>}>
      <SpaceBetween size="l">
        <FormField label="Engine type" stretch>
          <Tiles
            columns={3}
            value={values.engine}
            onChange={(e) => set(withEngine(values, e.detail.value))}
            items={engineKinds.map((one) => ({ value: one.engine, label: one.label, description: one.description }))}
          />
        </FormField>
        <SelectField
          label="Engine version"
          value={version}
          options={choices}
          isLoading={isLoading}
          empty="No version of this engine is installed on this machine."
          onChange={(next) => set({ version: next, instanceClass: '' })}
        />
      </SpaceBetween>
    </Container>
  );
}

export function Templates({ form: { values, set } }: SectionProps) {
  return (
    <Container header={<Header variant="h2">Templates</Header>}>
      <Tiles
        ariaLabel="Template"
        value={values.template}
        onChange={(e) => set(withTemplate(e.detail.value as Settings['template'], values))}
        items={[
          {
            value: 'production',
            label: 'Production',
            description: 'High availability, deletion protection and a week of backups.',
          },
          { value: 'dev-test', label: 'Dev/Test', description: 'One instance, for development outside of production.' },
        ]}
      />
    </Container>
  );
}

export function InstanceConfiguration({ form: { values, set, problem }, choices, isLoading }: ChoicesProps) {
  const kind = engineKind(values.engine);
  return (
    <Container header={<Header variant="h2">Instance configuration</Header>}>
      <SpaceBetween size="l">
        <SelectField
          label="DB instance class"
          value={values.instanceClass}
          options={choices}
          isLoading={isLoading}
          problem={problem('instanceClass')}
          onChange={(instanceClass) => set({ instanceClass })}
        />
        {!kind.isCluster && (
          <>
            <SelectField
              label="Storage type"
              value={values.storageType}
              onChange={(storageType) => set({ storageType })}
              options={[
                { value: 'gp3', label: 'General Purpose SSD (gp3)' },
                { value: 'gp2', label: 'General Purpose SSD (gp2)' },
              ]}
            />
            <TextField
              label="Allocated storage (GiB)"
              value={values.allocatedStorage}
              inputMode="numeric"
              problem={problem('allocatedStorage')}
              onChange={(allocatedStorage) => set({ allocatedStorage })}
            />
          </>
        )}
      </SpaceBetween>
    </Container>
  );
}

export function Availability({ form: { values, set } }: SectionProps) {
  return (
    <Container header={<Header variant="h2">Availability and durability</Header>}>
      <Tiles
        ariaLabel="Multi-AZ deployment"
        value={values.hasReader ? 'reader' : 'none'}
        onChange={(e) => set({ hasReader: e.detail.value === 'reader' })}
        items={[
          {
            value: 'none',
            label: "Don't create an Aurora Replica",
            description: 'If the instance fails, it is started again.',
          },
          {
            value: 'reader',
            label: 'Create an Aurora Replica in a different AZ (recommended for scaled availability)',
            description: 'It answers reads and takes over when the writer fails.',
            disabled: values.engine === 'aurora-mysql',
          },
        ]}
      />
    </Container>
  );
}
