// A password that the browser made, until the person has looked at it. It is kept in memory alone.
import Button from '@cloudscape-design/components/button';
import Alert from '@cloudscape-design/components/alert';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { Copyable, KeyValue } from '@/kit';

interface Credentials {
  identifier: string;
  username: string;
  password: string;
}

let kept: Credentials | undefined;

export function keepCredentials(identifier: string, username: string, password: string): void {
  kept = { identifier, username, password };
}

export function CredentialDetails({ identifier }: { identifier: string }) {
  const [own] = useState(kept?.identifier === identifier ? kept : undefined);
  const [isOpen, setOpen] = useState(false);
  const [isSeen, setSeen] = useState(false);
  if (!own || isSeen) return null;
  const close = () => {
    setOpen(false);
    setSeen(true);
    kept = undefined;
  };
  return (
    <>
      <Alert type="info" header="The master password was generated"
        action={<Button onClick={() => setOpen(true)}>View credential details</Button>}>
        This is the only time that you can view it.
      </Alert>
      {isOpen && (
        <Modal visible header="Connection details to your database" closeAriaLabel="Close" onDismiss={close}
          footer={<Button variant="primary" onClick={close}>Close</Button>}>
          <SpaceBetween size="m">
            <div>Copy the password now. You can&apos;t see it again after this dialog; you can set another one.</div>
            <KeyValue columns={1} items={[
              { label: 'Master username', value: <Copyable text={own.username} /> },
              { label: 'Master password', value: <Copyable text={own.password} label="Copy the password" /> },
            ]} />
          </SpaceBetween>
        </Modal>
      )}
    </>
  );
}
