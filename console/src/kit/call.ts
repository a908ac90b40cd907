// Operations of AWS's API, through the console's gateway:
//
//   const out = await call('iam', 'ListUsers', { MaxItems: 50 });
//
// Input and output have the members of AWS's API model: lists are arrays, times epoch seconds, blobs base64.
import { currentRegion } from './region';
import { goToSignIn, loadSession, session } from './session';

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json | undefined };
export type Input = { [member: string]: unknown };

export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly requestId: string,
    readonly operation: string,
    // Of a refusal: opens with sts:DecodeAuthorizationMessage, and says which statements decided.
    readonly encodedMessage?: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
  get denied(): boolean {
    return /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(this.code);
  }
}

export interface CallOptions {
  region?: string;
  signal?: AbortSignal;
}

async function post(service: string, operation: string, input: Input, options: CallOptions): Promise<Response> {
  const region = encodeURIComponent(options.region ?? currentRegion());
  try {
    return await fetch(`/console/api/${service}/${operation}?region=${region}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', 'x-haar-csrf': session().csrf },
      body: JSON.stringify(input),
      signal: options.signal,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError('NetworkFailure', 'haar could not be reached. Is it running?', 0, '', operation);
  }
}

// EC2 puts the encoded message into the text, where it is of use to nobody.
export function withoutEncoded(message: string): { message: string; encoded?: string } {
  const found = /^(.*?)\.? Encoded authorization failure message: ([\w-]+)$/s.exec(message);
  return found ? { message: `${found[1]}.`, encoded: found[2] } : { message };
}

async function failure(answer: Response, operation: string): Promise<ApiError> {
  const text = await answer.text();
  try {
    const said = JSON.parse(text);
    const { message, encoded } = withoutEncoded(said.message ?? said.error ?? '');
    return new ApiError(said.code ?? `HTTP ${answer.status}`, message, answer.status, said.requestId ?? '', operation,
      said.details?.EncodedMessage ?? encoded);
  } catch {
    return new ApiError(`HTTP ${answer.status}`, text.slice(0, 500), answer.status, '', operation);
  }
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function call<Out = any>(service: string, operation: string, input: Input = {},
  options: CallOptions = {}): Promise<Out> {
  let answer = await post(service, operation, input, options);
  if (answer.status === 403) {
    const error = await failure(answer, operation);
    // Another tab has signed in anew: this one's token is an old one.
    if (error.code !== 'MissingCsrfToken') throw error;
    await loadSession();
    answer = await post(service, operation, input, options);
  }
  if (answer.status === 401) return goToSignIn();
  if (!answer.ok) throw await failure(answer, operation);
  return (await answer.json()) as Out;
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
