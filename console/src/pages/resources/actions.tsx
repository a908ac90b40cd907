// Things done to a resource with a question before: deletes with the name typed, others with a dialog of fields.
import { type ReactNode } from 'react';

import { announceChange, CliCommand, ConfirmDelete, FormModal, RefusalAlert, useFlash, useRegion, useWork } from '@/kit';
import { commandsOf, runSteps, type Output, type Step } from './steps';

export interface DeleteDialogProps {
  title: string;
  name: string; // what is typed
  steps: Step[];
  success: string;
  warning?: ReactNode;
  children?: ReactNode;
  onClose: () => void;
  onDone?: () => void;
}

export function DeleteDialog({ title, name, steps, success, warning, children, onClose, onDone }: DeleteDialogProps) {
  const flash = useFlash();
  const region = useRegion();
  const remove = async () => {
    try {
      await runSteps(steps, () => undefined);
    } finally {
      new Set(steps.map((step) => step.service)).forEach(announceChange);
    }
    flash.success(success);
    onDone?.();
  };
  return (
    <ConfirmDelete
      visible
      title={title}
      typed={name}
      warning={warning}
      onDelete={remove}
      onClose={onClose}
      cli={<CliCommand calls={commandsOf(steps).map((command) => ({ ...command, region }))} />}
    >
      {children}
    </ConfirmDelete>
  );
}

export interface ActionDialogProps {
  title: string;
  steps: Step[];
  submit: string;
  success: string;
  isValid?: boolean;
  onInvalid?: () => void;
  onClose: () => void;
  onDone?: (outputs: Output[]) => void;
  children?: ReactNode;
  isLarge?: boolean;
}

// A dialog with fields (or a question alone) that does its calls and closes, or says what was refused and stays.
export function ActionDialog(props: ActionDialogProps) {
  const { title, steps, submit, success, isValid = true, onInvalid, onClose, onDone, children } = props;
  const flash = useFlash();
  const region = useRegion();
  let outputs: Output[] = [];
  const work = useWork([...new Set(steps.map((step) => step.service))], async () => {
    outputs = await runSteps(steps, () => undefined);
  });
  const send = async () => {
    if (!isValid) {
      onInvalid?.();
      return;
    }
    if (work.pending || !(await work.start())) return;
    flash.success(success);
    onClose();
    onDone?.(outputs);
  };
  return (
    <FormModal
      title={title}
      submit={submit}
      size={props.isLarge ? 'large' : 'medium'}
      pending={work.pending}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      {children}
      {steps.length > 0 && <CliCommand calls={commandsOf(steps).map((command) => ({ ...command, region }))} />}
      <RefusalAlert error={work.error} />
    </FormModal>
  );
}
