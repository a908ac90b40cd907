// What a cell of a list needs a call of its own for. Calls of all cells take turns, so that a page of a list is never
// a storm, and what was loaded is kept until something of the service changes.
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { isAbort, useLoad } from '@/kit';
import { PARALLEL_CALLS } from './api';

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (running >= PARALLEL_CALLS) await new Promise<void>((go) => waiting.push(go));
  running++;
  try {
    signal.throwIfAborted();
    return await work();
  } finally {
    running--;
    waiting.shift()?.();
  }
}

export interface LazyProps<T> {
  id: string;
  load: (signal: AbortSignal) => Promise<T>;
  children: (data: T) => ReactNode;
}

export function Lazy<T>({ id, load, children }: LazyProps<T>) {
  const { data, error } = useLoad<T>(id, (signal) => inTurn(signal, () => load(signal)), { changesOf: ['iam'] });
  if (data !== undefined) return <>{children(data)}</>;
  if (error && !isAbort(error))
    return <span title={error.message}><Box color="text-status-inactive" variant="span">{error.denied ? 'Not allowed to see' : error.code}</Box></span>;
  return <Spinner />;
}
