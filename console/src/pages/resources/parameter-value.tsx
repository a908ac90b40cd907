// The form that changes one value of a parameter group, of whichever service.
import Button from '@cloudscape-design/components/button';
import { useState, type ReactNode } from 'react';

import { SelectField, TextField } from './fields';

export interface GroupParameter {
  ParameterName?: string;
  ParameterValue?: string;
  AllowedValues?: string; // "on,off", "1-100"
  IsModifiable?: boolean;
}

export const isDefaultGroup = (name: string) => name.startsWith('default.');

// What the column of actions has for a parameter: nothing can be changed in a default group.
export function EditParameterLink<P extends GroupParameter>({ group, parameter, onEdit }: {
  group: string;
  parameter: P;
  onEdit: (parameter: P) => void;
}) {
  if (isDefaultGroup(group) || !parameter.IsModifiable) return <>-</>;
  return (
    <Button variant="inline-link" ariaLabel={`Edit ${parameter.ParameterName}`} onClick={() => onEdit(parameter)}>
      Edit
    </Button>
  );
}

export interface ParameterChange {
  resets: boolean;
  change: { ParameterName?: string; ParameterValue?: string }; // as AWS's APIs take it
  fields: ReactNode;
}

export function useParameterChange(parameter: GroupParameter): ParameterChange {
  const [value, setValue] = useState(parameter.ParameterValue ?? '');
  const [resets, setResets] = useState(false);
  const { AllowedValues: allowed } = parameter;
  const choices = allowed && /^[\w-]+(,[\w-]+)+$/.test(allowed) ? allowed.split(',') : undefined;
  const fields = (
    <>
      <SelectField
        label="Change"
        value={resets ? 'reset' : 'set'}
        onChange={(text) => setResets(text === 'reset')}
        options={[
          { value: 'set', label: 'Set a value' },
          { value: 'reset', label: 'Reset to the default' },
        ]}
      />
      {!resets &&
        (choices ? (
          <SelectField
            label="Value"
            value={value}
            options={choices.map((one) => ({ value: one, label: one }))}
            onChange={setValue}
          />
        ) : (
          <TextField label="Value" value={value} onChange={setValue} hint={allowed && `Allowed: ${allowed}`} />
        ))}
    </>
  );
  return { resets, change: { ParameterName: parameter.ParameterName, ...(resets ? {} : { ParameterValue: value }) }, fields };
}
