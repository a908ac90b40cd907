// Hooks on `call`. A query asks when it is shown, when its input or the region changes, when something of its service
// was changed by a mutation, and while `poll` says that what it shows is in transition.
import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, call, isAbort, type Input } from './call';
import { useRegion } from './region';

export const POLL_MILLISECONDS = 3000;

const changeListeners = new Set<(service: string) => void>();

// After something of a service has changed: what is shown of it asks again.
export function announceChange(service: string): void {
  changeListeners.forEach((tell) => tell(service));
}

export function useChanges(services: string[], onChange: () => void): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  const key = services.join(' ');
  useEffect(() => {
    const tell = (service: string) => {
      if (key.split(' ').includes(service)) latest.current();
    };
    changeListeners.add(tell);
    return () => {
      changeListeners.delete(tell);
    };
  }, [key]);
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('InternalError', error instanceof Error ? error.message : String(error), 0, '', '');
}

export interface Loaded<Out> {
  data: Out | undefined;
  error: ApiError | undefined;
  loading: boolean;  // nothing to show yet
  refreshing: boolean;
  updatedAt: Date | undefined;
  refresh: () => void;
}

export interface LoadOptions<Out> {
  enabled?: boolean;
  poll?: (data: Out) => boolean;  // ask again every few seconds while this holds
  changesOf?: string[];           // services whose mutations make this ask again
}

// Anything that is loaded, by several calls if need be. `key` says what; a new key forgets the old data.
export function useLoad<Out>(key: string, load: (signal: AbortSignal) => Promise<Out>,
  options: LoadOptions<Out> = {}): Loaded<Out> {
  const { enabled = true, poll, changesOf = [] } = options;
  const [state, setState] = useState<{ key: string; data?: Out; error?: ApiError; at?: Date }>({ key });
  const [asking, setAsking] = useState(false);
  const [turn, setTurn] = useState(0);
  const latest = useRef({ load, poll });
  latest.current = { load, poll };

  const refresh = useCallback(() => setTurn((before) => before + 1), []);
  useChanges(changesOf, refresh);

  useEffect(() => {
    if (!enabled) return;
    const abort = new AbortController();
    let timer: number | undefined;
    const ask = async () => {
      setAsking(true);
      try {
        const data = await latest.current.load(abort.signal);
        if (abort.signal.aborted) return;
        setState({ key, data, at: new Date() });
        if (latest.current.poll?.(data)) timer = window.setTimeout(ask, POLL_MILLISECONDS);
      } catch (error) {
        if (abort.signal.aborted || isAbort(error)) return;
        setState((before) => ({
          key, error: asApiError(error), data: before.key === key ? before.data : undefined, at: before.at,
        }));
      }
      setAsking(false);
    };
    void ask();
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [key, turn, enabled]);

  const own = state.key === key ? state : { key };
  const { data, error, at } = own as typeof state;
  return {
    data, error, updatedAt: at, refresh,
    loading: enabled && data === undefined && error === undefined,
    refreshing: asking,
  };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function useQuery<Out = any>(service: string, operation: string, input: Input = {},
  options: LoadOptions<Out> & { region?: string } = {}): Loaded<Out> {
  const chosen = useRegion();
  const region = options.region ?? chosen;
  return useLoad<Out>(`${region} ${service} ${operation} ${JSON.stringify(input)}`,
    (signal) => call<Out>(service, operation, input, { region, signal }),
    { ...options, changesOf: options.changesOf ?? [service] });
}

export interface Mutation<Out> {
  run: (input?: Input, options?: { region?: string }) => Promise<Out>;  // throws ApiError; `error` has it, too
  pending: boolean;
  error: ApiError | undefined;
  reset: () => void;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function useMutation<Out = any>(service: string, operation: string): Mutation<Out> {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = useCallback(async (input: Input = {}, options: { region?: string } = {}) => {
    setPending(true);
    setError(undefined);
    try {
      const out = await call<Out>(service, operation, input, options);
      announceChange(service);
      return out;
    } catch (thrown) {
      const refused = asApiError(thrown);
      setError(refused);
      throw refused;
    } finally {
      setPending(false);
    }
  }, [service, operation]);
  return { run, pending, error, reset: useCallback(() => setError(undefined), []) };
}

export interface Work {
  start: () => Promise<boolean>;  // whether it was done; never throws
  pending: boolean;
  error: ApiError | undefined;
  reset: () => void;
}

// Several calls as one work of a form: `await call(…); await call(…)`. Tells what changed even if it stops half-way.
export function useWork(services: string[], work: () => Promise<void>): Work {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ApiError>();
  const start = async () => {
    setPending(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      setError(asApiError(thrown));
      return false;
    } finally {
      setPending(false);
      services.forEach(announceChange);
    }
  };
  return { start, pending, error, reset: () => setError(undefined) };
}
