// A dialog around a work of the account pages, which are no steps of the chosen Region.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

import { CliCommand, RefusalAlert, useFlash, useWork, type CliCall } from '@/kit';

export interface WorkDialogProps {
  title: string;
  submit: string;
  success: string;
  isValid?: boolean;
  work: () => Promise<unknown>;
  calls?: CliCall[];  // none where AWS has no API
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
    <Modal visible header={title} closeAriaLabel="Close" onDismiss={onClose} footer={
      <Box float="right">
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={onClose}>Cancel</Button>
          <Button variant="primary" loading={running.pending} disabled={!isValid} onClick={send}>{submit}</Button>
        </SpaceBetween>
      </Box>
    }>
      <form onSubmit={(event) => { event.preventDefault(); void send(); }}>
        <SpaceBetween size="m">
          {children}
          {calls && <CliCommand calls={calls} />}
          <RefusalAlert error={running.error} />
        </SpaceBetween>
      </form>
    </Modal>
  );
}
