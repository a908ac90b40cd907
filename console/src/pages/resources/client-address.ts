// The address that the server saw the browser come from, for rules that say "My IP".
import { session } from '@/kit';

// Browsers keep names under localhost on their own machine, and that machine reaches endpoints from this address.
const loopback = '127.0.0.1';
const isOnThisMachine = (host: string) => host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.');

export function clientAddress(): string | undefined {
  const seen = session().clientAddress;
  return seen ?? (isOnThisMachine(window.location.hostname) ? loopback : undefined);
}
