// Why something was refused: the code, the message and, where the server tells, the statement that decided.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ApiError } from './call';
import { decisionOf, type Decision } from './decision';
import { asApiError } from './query';

function Decided({ decision }: { decision: Decision }) {
  const { explicit, action, resource, statements } = decision;
  return (
    <SpaceBetween size="xs">
      <div>{explicit ? 'A statement denies this.' : 'No statement allows this.'}</div>
      <div className="kit-wrap">Action: <Box variant="code">{action}</Box></div>
      <div className="kit-wrap">Resource: <Box variant="code">{resource}</Box></div>
      {statements.map((statement, index) => (
        <pre key={index} className="kit-code" tabIndex={0} aria-label="Statement">{JSON.stringify(statement, null, 2)}</pre>
      ))}
    </SpaceBetween>
  );
}

// Asked for when the person wants to know: who may not decode it is told just that.
function WhatDecided({ encoded }: { encoded: string }) {
  const [decision, setDecision] = useState<Decision>();
  const [refused, setRefused] = useState<ApiError>();
  const [asked, setAsked] = useState(false);
  const open = async (expanded: boolean) => {
    if (!expanded || asked) return;
    setAsked(true);
    try {
      const { DecodedMessage } = await call('sts', 'DecodeAuthorizationMessage', { EncodedMessage: encoded });
      setDecision(decisionOf(DecodedMessage));
    } catch (error) {
      setRefused(asApiError(error));
    }
  };
  return (
    <ExpandableSection headerText="What decided" onChange={({ detail }) => void open(detail.expanded)}>
      {decision ? <Decided decision={decision} />
        : refused ? <div>{refused.denied ? 'You may not see it: that takes sts:DecodeAuthorizationMessage.' : refused.message}</div>
          : <div>Loading</div>}
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
        {error.encodedMessage && <WhatDecided encoded={error.encodedMessage} />}
        {error.requestId && <Box variant="small">Request ID: {error.requestId}</Box>}
      </SpaceBetween>
    </Alert>
  );
}
