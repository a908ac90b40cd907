// Encryption in transit and who may log in to a replication group.
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { CheckField, SelectField, TextField } from '../resources/fields';
import { useAll } from '../resources/use-all';
import type { FormState } from '../resources/use-form';
import type { Access as AccessKind, Settings } from './settings';
import type { UserGroup } from './users';

export function Access({ form }: { form: FormState<Settings> }) {
  const { values, set, problem } = form;
  return (
    <Container header={<Header variant="h2">Security</Header>}>
      <SpaceBetween size="l">
        <CheckField label="Encryption in transit" checked={values.isTls} onChange={(isTls) => set({ isTls, access: isTls ? values.access : 'none' })}
          description="TLS with a certificate of haar's CA, which haar ca prints." />
        {values.isTls && (
          <FormField label="Access control">
            <RadioGroup value={values.access} onChange={(e) => set({ access: e.detail.value as AccessKind })} items={[
              { value: 'none', label: 'No access control', description: 'Whom the security groups let in may do everything.' },
              { value: 'token', label: 'AUTH default user access', description: 'One password for all.' },
              { value: 'users', label: 'User group access control list', description: 'Users with passwords and permissions of their own.' },
            ]} />
          </FormField>
        )}
        {values.isTls && values.access === 'token' && (
          <TextField label="AUTH token" type="password" value={values.token} onChange={(token) => set({ token })} problem={problem('token')} />
        )}
        {values.isTls && values.access === 'users' && <UserGroupField value={values.userGroup} problem={problem('userGroup')} onChange={(userGroup) => set({ userGroup })} />}
      </SpaceBetween>
    </Container>
  );
}

function UserGroupField({ value, problem, onChange }: { value: string; problem?: string; onChange: (value: string) => void }) {
  const groups = useAll<UserGroup>({ service: 'elasticache', operation: 'DescribeUserGroups', items: (out) => out.UserGroups });
  return (
    <SelectField label="User group" value={value} problem={problem ?? (groups.error && `${groups.error.code}: ${groups.error.message}`)} isLoading={groups.loading} onChange={onChange}
      options={(groups.data ?? []).map((group) => ({ value: group.UserGroupId, label: group.UserGroupId, description: group.UserIds?.join(', ') }))} />
  );
}
