import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { TextField } from '../../resources/fields';
import type { FormState } from '../../resources/use-form';
import type { Credentials, Settings } from './settings';

const choices: { value: Credentials; label: string; description: string }[] = [
  { value: 'managed', label: 'Managed in AWS Secrets Manager', description: 'RDS makes the password, keeps it in a secret and rotates it.' },
  { value: 'own', label: 'Self managed', description: 'You choose the password.' },
  { value: 'generated', label: 'Auto generate password', description: 'The browser makes it. It is shown once, on the page of the database.' },
];

export function CredentialSettings({ form, mayBeManaged }: { form: FormState<Settings>; mayBeManaged: boolean }) {
  const { values, set, problem } = form;
  return (
    <SpaceBetween size="l">
      <TextField label="Master username" value={values.masterUsername} problem={problem('masterUsername')}
        onChange={(masterUsername) => set({ masterUsername: masterUsername.trim() })} />
      <FormField label="Credentials management">
        <RadioGroup value={values.credentials} onChange={(e) => set({ credentials: e.detail.value as Credentials })}
          items={choices.map((choice) => ({ ...choice, disabled: choice.value === 'managed' && !mayBeManaged }))} />
      </FormField>
      {values.credentials === 'own' && (
        <>
          <TextField label="Master password" type="password" value={values.password} problem={problem('password')}
            hint={'At least 8 printable characters; not / " @ or a space.'} onChange={(password) => set({ password })} />
          <TextField label="Confirm master password" type="password" value={values.confirmation} problem={problem('confirmation')}
            onChange={(confirmation) => set({ confirmation })} />
        </>
      )}
    </SpaceBetween>
  );
}
