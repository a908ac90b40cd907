// Fields of forms as one line each: a label that names the control, what is wrong with it, and the control.
import FormField from '@cloudscape-design/components/form-field';
import Checkbox from '@cloudscape-design/components/checkbox';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import type { ReactNode } from 'react';

interface Common {
  label: string;
  description?: ReactNode;
  hint?: ReactNode;
  problem?: string;
  isOptional?: boolean;
}

const titled = (label: string, isOptional?: boolean) =>
  isOptional ? (
    <span>
      {label} <i>- optional</i>
    </span>
  ) : (
    label
  );

export function TextField(
  props: Common & {
    value: string;
    onChange: (value: string) => void;
    type?: InputProps.Type;
    placeholder?: string;
    inputMode?: InputProps.InputMode;
    isDisabled?: boolean;
  },
) {
  return (
    <FormField
      label={titled(props.label, props.isOptional)}
      description={props.description}
      constraintText={props.hint}
      errorText={props.problem}
    >
      <Input
        value={props.value}
        type={props.type}
        placeholder={props.placeholder}
        inputMode={props.inputMode}
        disabled={props.isDisabled}
        autoComplete={false}
        onChange={(e) => props.onChange(e.detail.value)}
      />
    </FormField>
  );
}

export function LongTextField(props: Common & { value: string; onChange: (value: string) => void; rows?: number }) {
  return (
    <FormField
      label={titled(props.label, props.isOptional)}
      description={props.description}
      constraintText={props.hint}
      errorText={props.problem}
    >
      <Textarea value={props.value} rows={props.rows} onChange={(e) => props.onChange(e.detail.value)} />
    </FormField>
  );
}

export interface Choice {
  value: string;
  label?: string;
  description?: string;
  disabled?: boolean;
}

const filterFrom = 10;

export function SelectField(
  props: Common & {
    value: string;
    options: Choice[];
    onChange: (value: string) => void;
    placeholder?: string;
    isLoading?: boolean;
    isDisabled?: boolean;
    empty?: string;
  },
) {
  const selected = props.options.find((option) => option.value === props.value);
  return (
    <FormField
      label={titled(props.label, props.isOptional)}
      description={props.description}
      constraintText={props.hint}
      errorText={props.problem}
    >
      <Select
        options={props.options}
        placeholder={props.placeholder ?? 'Choose'}
        disabled={props.isDisabled}
        selectedOption={selected ?? (props.value ? { value: props.value, label: props.value } : null)}
        filteringType={props.options.length > filterFrom ? 'auto' : 'none'}
        filteringAriaLabel={`Filter ${props.label}`}
        statusType={props.isLoading ? 'loading' : 'finished'}
        loadingText="Loading"
        empty={props.empty ?? 'There is none.'}
        onChange={(e) => props.onChange(e.detail.selectedOption.value ?? '')}
      />
    </FormField>
  );
}

export function MultiselectField(
  props: Common & {
    values: string[];
    options: Choice[];
    onChange: (values: string[]) => void;
    placeholder?: string;
    isLoading?: boolean;
    empty?: string;
  },
) {
  const known = new Map(props.options.map((option) => [option.value, option]));
  return (
    <FormField
      label={titled(props.label, props.isOptional)}
      description={props.description}
      constraintText={props.hint}
      errorText={props.problem}
    >
      <Multiselect
        options={props.options}
        selectedOptions={props.values.map((value) => known.get(value) ?? { value, label: value })}
        placeholder={props.placeholder ?? 'Choose'}
        filteringType={props.options.length > filterFrom ? 'auto' : 'none'}
        filteringAriaLabel={`Filter ${props.label}`}
        statusType={props.isLoading ? 'loading' : 'finished'}
        loadingText="Loading"
        empty={props.empty ?? 'There is none.'}
        deselectAriaLabel={(option) => `Remove ${option.label ?? option.value}`}
        onChange={(e) => props.onChange(e.detail.selectedOptions.map((option) => option.value ?? ''))}
      />
    </FormField>
  );
}

export function CheckField(props: {
  label: string;
  description?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  isDisabled?: boolean;
}) {
  return (
    <Checkbox
      checked={props.checked}
      description={props.description}
      disabled={props.isDisabled}
      onChange={(e) => props.onChange(e.detail.checked)}
    >
      {props.label}
    </Checkbox>
  );
}
