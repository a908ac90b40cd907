// Asks before something is deleted for good: the person types its name (or the word that is asked for).
import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState, type ReactNode } from 'react';
import type { ApiError } from './call';
import { FormModal } from './form-modal';
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
    <FormModal title={title} submit={button} pending={pending} disabled={!ready} onSubmit={() => void run()} onClose={onClose}>
      {children}
      {warning && <Alert type="warning">{warning}</Alert>}
      <FormField label={<>To confirm, type <strong>{typed}</strong></>}>
        <Input value={text} onChange={(event) => setText(event.detail.value)} placeholder={typed} autoFocus
          autoComplete={false} />
      </FormField>
      <RefusalAlert error={error} />
      {cli}
    </FormModal>
  );
}
