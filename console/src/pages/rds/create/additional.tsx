import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { CheckField, SelectField, TextField } from '../../resources/fields';
import type { FormState } from '../../resources/use-form';
import { useAll } from '../../resources/use-all';
import type { EngineKind } from '../engines';
import { clusterParameterGroups, groupChoicesOf, instanceParameterGroups } from '../lookups';
import type { Settings } from './settings';

const windowHint = 'UTC, for example 03:00-04:00. Empty: haar chooses.';
const maintenanceHint = 'UTC, for example sun:05:00-sun:06:00. Empty: haar chooses.';

export function Additional({ form, family, kind }: { form: FormState<Settings>; family?: string; kind: EngineKind }) {
  const { values, set, problem } = form;
  const clusterGroups = useAll(clusterParameterGroups);
  const instanceGroups = useAll(instanceParameterGroups);
  const byDefault = { value: '', label: family ? `default.${family}` : 'default', description: 'The values of the engine' };
  const withDefault = (choices: { value: string }[]) => [byDefault, ...choices.filter((choice) => !choice.value.startsWith('default.'))];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Database authentication</Header>}>
        <SpaceBetween size="s">
          <Box>Password authentication is always there.</Box>
          <CheckField label="IAM database authentication" checked={values.hasIamLogin} onChange={(hasIamLogin) => set({ hasIamLogin })}
            isDisabled={kind.language !== 'postgresql'}
            description="Users of the database log in with a token of their IAM user or role. PostgreSQL only." />
          {kind.isCluster && (
            <CheckField label="RDS Data API" checked={values.hasDataApi} onChange={(hasDataApi) => set({ hasDataApi })}
              isDisabled={kind.language !== 'postgresql'} description="Statements over HTTPS, without a connection. PostgreSQL only." />
          )}
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2" description="Database options, backups and maintenance">Additional configuration</Header>}>
        <SpaceBetween size="l">
          <TextField label="Initial database name" isOptional value={values.databaseName} onChange={(databaseName) => set({ databaseName: databaseName.trim() })}
            hint={kind.language === 'postgresql' ? 'Without a name there is the database postgres alone.' : 'Without a name no database is created.'} />
          {kind.isCluster && (
            <SelectField label="DB cluster parameter group" value={values.clusterParameterGroup} isLoading={clusterGroups.loading}
              options={withDefault(groupChoicesOf(clusterGroups.data, family))} onChange={(clusterParameterGroup) => set({ clusterParameterGroup })} />
          )}
          <SelectField label="DB parameter group" value={values.parameterGroup} isLoading={instanceGroups.loading}
            options={withDefault(groupChoicesOf(instanceGroups.data, family))} onChange={(parameterGroup) => set({ parameterGroup })} />
          <TextField label="Backup retention period (days)" value={values.retentionDays} inputMode="numeric" problem={problem('retentionDays')}
            onChange={(retentionDays) => set({ retentionDays })} />
          <TextField label="Backup window" isOptional value={values.backupWindow} hint={windowHint} onChange={(backupWindow) => set({ backupWindow })} />
          <CheckField label="Copy tags to snapshots" checked={values.copiesTags} onChange={(copiesTags) => set({ copiesTags })} />
          <Box>
            <Box variant="awsui-key-label">Encryption</Box>
            haar keeps a database as files of this machine and does not encrypt them itself. Encrypt the disk that the data folder lies on.
          </Box>
          <CheckField label="Enable auto minor version upgrade" checked={values.updatesMinor} onChange={(updatesMinor) => set({ updatesMinor })} />
          <TextField label="Maintenance window" isOptional value={values.maintenanceWindow} hint={maintenanceHint}
            onChange={(maintenanceWindow) => set({ maintenanceWindow })} />
          <CheckField label="Enable deletion protection" checked={values.isProtected} onChange={(isProtected) => set({ isProtected })}
            description="The database cannot be deleted until this is switched off." />
        </SpaceBetween>
      </Container>
    </SpaceBetween>
  );
}
