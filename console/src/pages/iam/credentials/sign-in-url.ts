// Where the users of this account sign in. On a machine of one's own every name below localhost leads to it; on a host
// with a name of its own the account is in the path.
import { session } from '@/kit';

export function signInUrl(alias?: string): string {
  const { protocol, hostname, port, origin } = window.location;
  const who = alias || session().alias || session().account;
  const local = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1';
  return local ? `${protocol}//${who}.signin.localhost${port && `:${port}`}/console` : `${origin}/${who}/console`;
}
