// How to connect: one tab a client, and text to copy.
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import type { ReactNode } from 'react';

export interface Snippet {
  id: string;
  label: string;
  text: string;
}

export function Snippets({ snippets, note }: { snippets: Snippet[]; note?: ReactNode }) {
  return (
    <Container
      header={
        <Header variant="h2" description={note}>
          Connect
        </Header>
      }
    >
      <Tabs
        variant="default"
        disableContentPaddings={false}
        ariaLabel="Clients"
        tabs={snippets.map(({ id, label, text }) => ({
          id,
          label,
          content: (
            <SpaceBetween size="xs">
              <pre className="kit-code" tabIndex={0} data-testid={`connect-${id}`}>
                {text}
              </pre>
              <CopyToClipboard
                copyButtonText="Copy"
                copyButtonAriaLabel={`Copy the text for ${label}`}
                textToCopy={text}
                copySuccessText="Copied"
                copyErrorText="Copying failed"
              />
            </SpaceBetween>
          ),
        }))}
      />
    </Container>
  );
}

export function NotConnectable({ children }: { children: ReactNode }) {
  return (
    <Container header={<Header variant="h2">Connect</Header>}>
      <Box color="text-body-secondary">{children}</Box>
    </Container>
  );
}
