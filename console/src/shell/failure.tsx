// What a page throws ends in a message, not in an empty window.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';

interface State {
  said?: string;
}

export class Failure extends Component<{ children: ReactNode }, State> {
  state: State = {};

  static getDerivedStateFromError(error: unknown): State {
    return { said: error instanceof Error ? error.message : String(error) };
  }

  render() {
    if (this.state.said === undefined) return this.props.children;
    return (
      <Alert type="error" header="This page failed"
        action={<Button onClick={() => window.location.reload()}>Reload</Button>}>
        {this.state.said}
      </Alert>
    );
  }
}
