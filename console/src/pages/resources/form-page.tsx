// The frame of a form that does its work by calls in turn: header, fields, what was refused, the commands, the buttons.
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRef, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router-dom';

import { CliCommand, RefusalAlert, useFlash, useRegion, useWork } from '@/kit';
import { commandsOf, runSteps, type Done, type Output, type Step } from './steps';

export interface FormPageProps {
  title: string;
  description?: ReactNode;
  steps: Step[];
  submit: string;
  cancel: string; // where Cancel leads
  // What is false keeps the form from being sent, and `onInvalid` shows why.
  isValid?: boolean;
  onInvalid?: () => void;
  isLoading?: boolean;
  success: (outputs: Output[]) => ReactNode;
  // Where to go when all is done.
  next: (outputs: Output[]) => string;
  onDone?: (outputs: Output[]) => void;
  children: ReactNode;
}

export function FormPage(props: FormPageProps) {
  const navigate = useNavigate();
  const flash = useFlash();
  const region = useRegion();
  const [done, setDone] = useState<string[]>([]);
  const [missed, setMissed] = useState(false);
  const outputs = useRef<Output[]>([]);
  const finished = useRef<Done[]>([]);
  const services = [...new Set(props.steps.map((step) => step.service))];
  const work = useWork(services, async () => {
    setDone([]);
    const tell = (step: Step, output: Output) => {
      const said = step.done?.(output);
      if (said) setDone((before) => [...before, said]);
    };
    outputs.current = await runSteps(props.steps, tell, finished.current);
  });
  const send = async () => {
    setMissed(props.isValid === false);
    if (props.isValid === false) {
      props.onInvalid?.();
      return;
    }
    if (work.pending || !(await work.start())) return;
    flash.success(props.success(outputs.current));
    props.onDone?.(outputs.current);
    navigate(props.next(outputs.current));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Form
        header={
          <Header variant="h1" description={props.description}>
            {props.title}
          </Header>
        }
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={() => navigate(props.cancel)}>
              Cancel
            </Button>
            <Button variant="primary" loading={work.pending} disabled={props.isLoading}>
              {props.submit}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {props.children}
          <CliCommand calls={commandsOf(props.steps).map((command) => ({ ...command, region }))} />
          {missed && !props.isValid && <Alert type="error">Some fields need another value; each says which.</Alert>}
          {work.error && done.length > 0 && (
            <Alert type="info" header="Done before it was refused">
              {done.map((text) => (
                <div key={text}>{text}</div>
              ))}
            </Alert>
          )}
          <RefusalAlert error={work.error} />
        </SpaceBetween>
      </Form>
    </form>
  );
}
