import type { Session } from '../kit/session';

// 123456789012 -> 1234-5678-9012
export function accountNumber(account: string): string {
  return account.replace(/^(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3');
}

export function whoIs(who: Session): string {
  return who.kind === 'root' ? who.accountName || 'root' : who.name;
}
