// A form in a modal, with a button that does its work and one that leaves it. Rendered only while it is open, so that nothing is
// left from before.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal, { type ModalProps } from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

export interface FormModalProps {
  title: string;
  submit: string;      // the button: "Create alias"
  size?: ModalProps.Size;
  pending: boolean;
  disabled?: boolean;
  onSubmit: () => void;  // by the button
  onEnter?: () => void;  // by the Enter key, where that is not the same
  onClose: () => void;
  children: ReactNode;
}

export function FormModal(props: FormModalProps) {
  const { title, submit, size, pending, disabled = false, onSubmit, onEnter = onSubmit, onClose, children } = props;
  return (
    <Modal visible header={title} size={size} onDismiss={onClose} closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>Cancel</Button>
            <Button variant="primary" disabled={disabled} loading={pending} onClick={onSubmit}>{submit}</Button>
          </SpaceBetween>
        </Box>
      }>
      <form onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();  // React hands it to the form around a modal in a modal, too
        onEnter();
      }}>
        <SpaceBetween size="m">{children}</SpaceBetween>
      </form>
    </Modal>
  );
}
