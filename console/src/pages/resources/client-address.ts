// The address that the server saw the browser come from, for rules that say "My IP".
import { session } from '@/kit';

export const clientAddress = (): string | undefined => (session() as { clientAddress?: string }).clientAddress;
