// Who is signed in, as GET /console/api/session says. Loaded once before anything is shown.

export interface Session {
  account: string;
  accountName: string;
  alias: string;
  arn: string;
  kind: 'root' | 'user' | 'role' | 'federated';
  name: string;
  region: string;
  csrf: string;
  clientAddress?: string;  // at which the server sees this browser
  expires: number | string;
  regions?: string[];
  signedInAs?: string;      // ARN of the person, who may act as a role
  switchedRole?: boolean;   // they do
  roles?: KnownRole[];      // that they switched to before
}

export interface KnownRole {
  account: string;
  roleName: string;
  displayName: string;
  color: string;
}

let current: Session | undefined;

export function session(): Session {
  if (!current) throw new Error('the session is not loaded yet');
  return current;
}

// Never comes back: the browser leaves for the sign-in page, which returns here.
export function goToSignIn(): Promise<never> {
  const here = window.location.pathname + window.location.search + window.location.hash;
  window.location.assign(`/signin?return=${encodeURIComponent(here)}`);
  return new Promise(() => {});
}

export async function loadSession(): Promise<Session> {
  const answer = await fetch('/console/api/session', { credentials: 'same-origin', cache: 'no-store' });
  if (answer.status === 401) return goToSignIn();
  if (!answer.ok) throw new Error(`The session could not be read (HTTP ${answer.status}).`);
  current = (await answer.json()) as Session;
  return current;
}
