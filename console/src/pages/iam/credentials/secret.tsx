// A secret that is shown when the person asks, and can be copied without being shown.
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

export function Secret({ text, name }: { text: string; name: string }) {
  const [shown, setShown] = useState(false);
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
      <CopyToClipboard variant="icon" textToCopy={text} copyButtonAriaLabel={`Copy ${name}`} copySuccessText="Copied"
        copyErrorText="Copying failed" />
      <code className="kit-wrap" data-testid={`secret-${name.replaceAll(' ', '-')}`}>{shown ? text : '•'.repeat(12)}</code>
      <Button variant="inline-link" ariaLabel={`${shown ? 'Hide' : 'Show'} ${name}`} onClick={() => setShown(!shown)}>
        {shown ? 'Hide' : 'Show'}
      </Button>
    </SpaceBetween>
  );
}
