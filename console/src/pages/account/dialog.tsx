// A dialog around a work of the account pages, which are no steps of the chosen Region.
import type { ReactNode } from 'react';

import { CliCommand, FormModal, RefusalAlert, useFlash, useWork, type CliCall } from '@/kit';

export interface WorkDialogProps {
  title: string;
  submit: string;
  success: string;
  isValid?: boolean;
  work: () => Promise<unknown>;
  calls?: CliCall[]; // none where AWS has no API
  onClose: () => void;
  children: ReactNode;
}

export function WorkDialog({ title, submit, success, isValid = true, work, calls, onClose, children }: WorkDialogProps) {
  const flash = useFlash();
  const running = useWork(['account'], async () => {
    await work();
  });
  const send = async () => {
    if (!isValid || running.pending || !(await running.start())) return;
    flash.success(success);
    onClose();
  };
  return (
    <FormModal
      title={title}
      submit={submit}
      pending={running.pending}
      disabled={!isValid}
      onSubmit={() => void send()}
      onClose={onClose}
    >
      {children}
      {calls && <CliCommand calls={calls} />}
      <RefusalAlert error={running.error} />
    </FormModal>
  );
}
