// What a form does, as a list of calls in turn. A later call may need what an earlier one answered.
import { call, type Input } from '@/kit/call';

export type Output = Record<string, unknown>;

export interface Step {
  service: string;
  operation: string;
  input: Input | ((outputs: Output[]) => Input);
  // What stands for the answer where the commands are shown and nothing has been asked yet.
  sample?: Output;
  // What is true after it, if a later step is refused: "Security group sg-1 was created."
  done?: (output: Output) => string;
}

export interface Command {
  service: string;
  operation: string;
  input: Input;
}

export const inputOf = (step: Step, outputs: Output[]): Input =>
  typeof step.input === 'function' ? step.input(outputs) : step.input;

// Passwords within structures, which the command would show in full. Those at the top the command leaves out by itself.
function withoutSecrets(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name, value];
      return [name, 'Passwords' in value ? { ...value, Passwords: ['…'] } : value];
    }),
  );
}

export function commandsOf(steps: Step[]): Command[] {
  const samples = steps.map((step) => step.sample ?? {});
  return steps.map((step) => ({
    service: step.service,
    operation: step.operation,
    input: withoutSecrets(inputOf(step, samples)),
  }));
}

// A step that was done, by what it asked.
export interface Done {
  asked: string;
  output: Output;
}

type Ask = (service: string, operation: string, input: Input) => Promise<Output>;
const askServer: Ask = (service, operation, input) => call<Output>(service, operation, input);

// In turn, up to the first refusal, which it throws. `done` grows with what was done. Who sends a form again after a refusal
// goes on behind the steps that were done, as long as they ask for the same.
export async function runSteps(steps: Step[], tell: (step: Step, output: Output) => void, done: Done[] = [], ask = askServer) {
  const outputs: Output[] = [];
  for (const [at, step] of steps.entries()) {
    const input = inputOf(step, outputs);
    const asked = JSON.stringify([step.service, step.operation, input]);
    if (done[at]?.asked !== asked) {
      done.length = Math.min(done.length, at);
      done.push({ asked, output: await ask(step.service, step.operation, input) });
    }
    outputs.push(done[at].output);
    tell(step, done[at].output);
  }
  return outputs;
}

// Without the members that were left empty: absent and empty are different things to the API.
export function compact(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
