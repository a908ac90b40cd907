// A form in a modal that does one thing: its fields, what the AWS CLI would be told, and why it was refused.
import Alert from '@cloudscape-design/components/alert';
import type { ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode } from 'react';
import { CliCommand, FormModal, RefusalAlert } from '@/kit';

import { useSteps, type Running, type Step } from './api';

export function StepsCli({ steps, expanded }: { steps: Step[]; expanded?: boolean }) {
  if (steps.length === 0) return null;
  return <CliCommand expanded={expanded}
    calls={steps.map(({ service = 'iam', operation, input }) => ({ service, operation, input }))} />;
}

// What a refused row of calls has done before: nothing is silent about a half-done work.
export function StepsRefusal({ running }: { running: Running }) {
  if (!running.error) return null;
  return (
    <SpaceBetween size="s">
      {running.done.length > 0 && (
        <Alert type="warning" header="Part of it was done">
          Done: {running.done.join(', ')}. When you try again, what was done is not done twice.
        </Alert>
      )}
      <RefusalAlert error={running.error} />
    </SpaceBetween>
  );
}

// Enter in a search field of a picker searches, and creates nothing.
const isSearching = () => document.activeElement?.getAttribute('type') === 'search';

export interface ActionModalProps {
  title: string;
  submit: string;          // the button: "Create alias"
  steps: Step[];           // as the form stands
  ready?: boolean;
  size?: ModalProps.Size;
  onClose: () => void;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  onDone?: (results: any[]) => void;  // then it closes
  onTry?: () => boolean;   // shows what is missing; false: not yet
  children?: ReactNode;
  cli?: boolean;
}

export function ActionModal(props: ActionModalProps) {
  const { title, submit, steps, ready = true, size, onClose, onDone, onTry, children, cli = true } = props;
  const running = useSteps();
  const run = async () => {
    if (!ready || running.pending || onTry?.() === false) return;
    const results = await running.run(steps);
    if (!results) return;
    onDone?.(results);
    onClose();
  };
  return (
    <FormModal title={title} submit={submit} size={size} pending={running.pending} disabled={!ready} onSubmit={() => void run()}
      onEnter={() => { if (!isSearching()) void run(); }} onClose={onClose}>
      {children}
      <StepsRefusal running={running} />
      {cli && <StepsCli steps={steps} />}
    </FormModal>
  );
}
