// The AWS CLI's command for what a form would do, to copy.
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { cliCommand, type CliCall } from './cli';

export function CliCommand({ calls, expanded = false }: { calls: CliCall[]; expanded?: boolean }) {
  const text = calls.map(cliCommand).join('\n');
  return (
    <ExpandableSection headerText="AWS CLI command" variant="footer" defaultExpanded={expanded}>
      <SpaceBetween size="xs">
        <pre className="kit-code" data-testid="cli-command" tabIndex={0}>{text}</pre>
        <CopyToClipboard copyButtonText="Copy" textToCopy={text} copySuccessText="Copied"
          copyErrorText="Copying failed" copyButtonAriaLabel="Copy the command" />
      </SpaceBetween>
    </ExpandableSection>
  );
}
