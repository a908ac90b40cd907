// What the account pages ask where AWS has no API for it: GET and POST /console/account-api/…, on the session's cookie.
import { ApiError, session, useLoad, type Loaded } from '@/kit';
import { goToSignIn } from '@/kit/session';

export interface AccountFacts {
  account: string;
  name: string;
  state: string;
  created: number;
  root: boolean;
  iamAccessToBilling: boolean;
  email?: string;
  billing?: { cardHolder?: string; cardLastDigits?: string; cardExpires?: string; use?: string; supportPlan?: string } | null;
  passwordSet: boolean;
}

export interface UsageLine {
  service: string;
  region: string;
  unit: string;
  quantity: number;
  price: number;
  amount: number;
}

export interface Usage {
  from: number;
  to: number;
  currency: string;
  total: number;
  lines: UsageLine[];
}

type Path = 'account' | 'usage' | 'iam-access' | 'close';

export async function ask<Out>(path: Path, body?: unknown, signal?: AbortSignal): Promise<Out> {
  let answer: Response;
  try {
    answer = await fetch(`/console/account-api/${path}`, {
      method: body === undefined ? 'GET' : 'POST', credentials: 'same-origin', cache: 'no-store', signal,
      headers: body === undefined ? {} : { 'content-type': 'application/json', 'x-haar-csrf': session().csrf },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError('NetworkFailure', 'haar could not be reached. Is it running?', 0, '', path);
  }
  if (answer.status === 401) return goToSignIn();
  const said = await answer.json().catch(() => ({ code: `HTTP ${answer.status}`, message: 'The answer is not JSON.' }));
  if (!answer.ok || said.code !== undefined) throw new ApiError(said.code, said.message ?? '', answer.status, '', path);
  return said as Out;
}

export const useAccountFacts = (): Loaded<AccountFacts> =>
  useLoad('account facts', (signal) => ask<AccountFacts>('account', undefined, signal), { changesOf: ['account'] });
export const useUsage = (): Loaded<Usage> => useLoad('account usage', (signal) => ask<Usage>('usage', undefined, signal));

// The account service is asked here, whichever Region is chosen.
export const account_region = 'us-east-1';
