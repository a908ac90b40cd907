// Passkeys and security keys are registered by the sign-in service: AWS's API has no operation for it.
import { ApiError, session } from '@/kit';

// Browsers have passkeys in secure contexts: on https, and on localhost.
export const passkeysWork = (): boolean => window.isSecureContext && 'PublicKeyCredential' in window;

function bytes(base64url: string): ArrayBuffer {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer as ArrayBuffer;
}

function base64url(buffer: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
async function ask(step: 'options' | 'register', body: object): Promise<any> {
  const answer = await fetch(`/console/webauthn/${step}`, {
    method: 'POST', credentials: 'same-origin', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', 'x-haar-csrf': session().csrf },
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new ApiError(said.code ?? `HTTP ${answer.status}`, said.message ?? '', answer.status, said.requestId ?? '', 'EnableMFADevice');
  return said;
}

// Asks the browser for a new key and hands its public half over. Without a name: of whoever is signed in as root.
export async function registerPasskey(userName: string | undefined, name: string): Promise<void> {
  const { state, publicKey } = await ask('options', { userName: userName ?? '', name });
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: publicKey.excludeCredentials.map((one: { id: string }) => ({ ...one, id: bytes(one.id) })),
    },
  }) as PublicKeyCredential;
  const response = credential.response as AuthenticatorAttestationResponse;
  await ask('register', {
    state, clientDataJSON: base64url(response.clientDataJSON), authenticatorData: base64url(response.getAuthenticatorData()),
  });
}
