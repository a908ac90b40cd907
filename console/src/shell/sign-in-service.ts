// What the header asks of the sign-in service: paths beside the application's.
import { session, type KnownRole } from '../kit/session';

async function post(path: string): Promise<void> {
  await fetch(path, {
    method: 'POST', credentials: 'same-origin',
    headers: { 'x-haar-csrf': session().csrf, 'content-type': 'application/x-www-form-urlencoded' },
  });
}

// Ends the session on the server, too; then the browser is a stranger's.
export async function signOut(): Promise<void> {
  await post('/signin/out');
  window.location.assign('/signin');
}

// From a role to who signed in.
export async function switchBack(): Promise<void> {
  await post('/switchrole/exit');
  window.location.assign('/console/');
}

// The form, filled in where a role is known.
export function switchRolePath(role?: KnownRole): string {
  const fields = new URLSearchParams({ return: window.location.pathname + window.location.search });
  for (const name of ['account', 'roleName', 'displayName', 'color'] as const) if (role?.[name]) fields.set(name, role[name]);
  return `/switchrole?${fields}`;
}
