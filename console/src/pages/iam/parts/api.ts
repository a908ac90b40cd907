// Calls of IAM and Organizations with what their pages have in common: whole lists, several calls at a time but not
// too many, and a row of calls that can be taken up again where it stopped.
import { useCallback, useRef, useState } from 'react';
import { ApiError, announceChange, asApiError, call, loadAll, type Input } from '@/kit';

// Reads that one page has on their way at a time.
export const PARALLEL_CALLS = 4;

export interface Step {
  service?: string;
  operation: string;
  input: Input;
  title?: string;  // what a person calls it
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const iam = <Out = any>(operation: string, input: Input = {}, signal?: AbortSignal) =>
  call<Out>('iam', operation, input, { signal });

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const organizations = <Out = any>(operation: string, input: Input = {}, signal?: AbortSignal) =>
  call<Out>('organizations', operation, input, { signal });

// Members that are undefined or empty are not sent: a field of a form that was left empty says nothing.
export function compact(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([, value]) =>
    value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)));
}

// Every item of a list, by its member of the answer.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function everything<Item = any>(service: string, operation: string, member: string, input: Input = {},
  signal?: AbortSignal): Promise<Item[]> {
  const all = await loadAll<Item>({ service, operation, input, items: (out) => out[member] }, { signal });
  return all.items;
}

// `work` for every item, PARALLEL_CALLS at a time; the results are in the items' order.
export async function mapBounded<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CALLS, items.length) }, worker));
  return results;
}

// undefined for what does not exist; other errors stay errors.
export async function orNothing<T>(wanted: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await wanted;
  } catch (error) {
    if (error instanceof ApiError && (codes.length ? codes : ['NoSuchEntity']).includes(error.code)) return undefined;
    throw error;
  }
}

// What may be shown if the caller may see it: the error takes the data's place, and the rest of the page stays.
export async function orError<T>(wanted: Promise<T>): Promise<{ value?: T; error?: ApiError }> {
  try {
    return { value: await wanted };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

export interface Running {
  pending: boolean;
  error: ApiError | undefined;
  done: string[];  // titles of the steps that were done before one was refused
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  run: (steps: Step[]) => Promise<any[] | undefined>;  // undefined: refused; `error` says why
  reset: () => void;
}

const IDLE = { pending: false, error: undefined, done: [] as string[] };

// Does calls one after the other. After a refusal nothing is done twice: the next run goes on with the first step
// that has not succeeded as it is now written.
export function useSteps(): Running {
  const [state, setState] = useState<Pick<Running, 'pending' | 'error' | 'done'>>(IDLE);
  const finished = useRef(new Map<string, unknown>());
  const run = useCallback(async (steps: Step[]) => {
    setState({ ...IDLE, pending: true });
    const results: unknown[] = [];
    const done: string[] = [];
    try {
      for (const step of steps) {
        const key = JSON.stringify(step);
        if (!finished.current.has(key))
          finished.current.set(key, await call(step.service ?? 'iam', step.operation, step.input));
        results.push(finished.current.get(key));
        done.push(step.title ?? step.operation);
      }
      finished.current.clear();
      setState(IDLE);
      return results;
    } catch (thrown) {
      setState({ pending: false, error: asApiError(thrown), done });
      return undefined;
    } finally {
      new Set(steps.map((step) => step.service ?? 'iam')).forEach(announceChange);
    }
  }, []);
  const reset = useCallback(() => {
    finished.current.clear();
    setState(IDLE);
  }, []);
  return { ...state, run, reset };
}
