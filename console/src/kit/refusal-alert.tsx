// Why something was refused: the code, the message and, where the server tells, the statement that decided.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ApiError, Explanation } from './call';

const REASONS: Record<string, string> = {
  explicitDeny: 'A statement denies it.',
  implicitDeny: 'No statement allows it.',
};

function Decision({ explanation }: { explanation: Explanation }) {
  const { decision, action, resource, policy, reason, statement } = explanation;
  return (
    <ExpandableSection headerText="What decided">
      <SpaceBetween size="xs">
        {decision && <div>{REASONS[decision] ?? decision}{reason ? ` ${reason}` : ''}</div>}
        {action && <div>Action: <Box variant="code">{action}</Box></div>}
        {resource && <div>Resource: <Box variant="code">{resource}</Box></div>}
        {policy && <div>Policy: <Box variant="code">{policy}</Box></div>}
        {statement !== undefined && <pre className="kit-code">{JSON.stringify(statement, null, 2)}</pre>}
      </SpaceBetween>
    </ExpandableSection>
  );
}

export interface RefusalAlertProps {
  error: ApiError | undefined;  // nothing is shown without one
  header?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
}

export function RefusalAlert({ error, header, onRetry, onDismiss }: RefusalAlertProps) {
  if (!error) return null;
  return (
    <Alert type="error" header={header ?? (error.denied ? 'You are not allowed to do this' : error.code)}
      dismissible={Boolean(onDismiss)} onDismiss={onDismiss} dismissAriaLabel="Dismiss"
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}>
      <SpaceBetween size="xs">
        <div className="kit-wrap">{error.denied || header ? `${error.code}: ` : ''}{error.message}</div>
        {error.explanation && <Decision explanation={error.explanation} />}
        {error.requestId && <Box variant="small">Request ID: {error.requestId}</Box>}
      </SpaceBetween>
    </Alert>
  );
}
