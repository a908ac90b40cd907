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

// In turn, up to the first refusal, which it throws. `tell` hears of each that was done.
export async function runSteps(steps: Step[], tell: (step: Step, output: Output) => void): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const step of steps) {
    const output = await call<Output>(step.service, step.operation, inputOf(step, outputs));
    outputs.push(output);
    tell(step, output);
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
