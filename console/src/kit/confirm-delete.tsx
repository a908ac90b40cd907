// Asks before something is deleted for good: the person types its name (or the word that is asked for).
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState, type ReactNode } from 'react';
import type { ApiError } from './call';
import { asApiError } from './query';
import { RefusalAlert } from './refusal-alert';

export interface ConfirmDeleteProps {
  visible: boolean;
  title: string;          // "Delete user ann?"
  typed: string;          // what is to be typed: the name of one, "delete" for several
  children?: ReactNode;   // what goes with it
  warning?: ReactNode;
  button?: string;        // "Delete"
  onDelete: () => Promise<unknown>;  // throws ApiError: it is shown, and the modal stays
  onClose: () => void;
  cli?: ReactNode;
}

export function ConfirmDelete(props: ConfirmDeleteProps) {
  // A new one each time it opens, so that nothing typed is left from before.
  return props.visible ? <Asking {...props} /> : null;
}

function Asking({ title, typed, children, warning, button = 'Delete', onDelete, onClose, cli }: ConfirmDeleteProps) {
  const [text, setText] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const ready = text === typed && !pending;
  const run = async () => {
    if (!ready) return;
    setPending(true);
    setError(undefined);
    try {
      await onDelete();
      onClose();
    } catch (thrown) {
      setError(asApiError(thrown));
      setPending(false);
    }
  };
  return (
    <Modal visible header={title} onDismiss={onClose} closeAriaLabel="Close"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>Cancel</Button>
            <Button variant="primary" disabled={!ready} loading={pending} onClick={run}>{button}</Button>
          </SpaceBetween>
        </Box>
      }>
      <form onSubmit={(event) => { event.preventDefault(); void run(); }}>
        <SpaceBetween size="m">
          {children}
          {warning && <Alert type="warning">{warning}</Alert>}
          <FormField label={<>To confirm, type <strong>{typed}</strong></>}>
            <Input value={text} onChange={(event) => setText(event.detail.value)} placeholder={typed} autoFocus
              autoComplete={false} />
          </FormField>
          <RefusalAlert error={error} />
          {cli}
        </SpaceBetween>
      </form>
    </Modal>
  );
}
