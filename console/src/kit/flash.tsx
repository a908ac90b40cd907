// Messages above the page: useFlash().success('User "ann" was created.').
import type { FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { asApiError } from './query';

const FLASHES_MAX = 5;

interface Item extends FlashbarProps.MessageDefinition {
  pages: number;  // that were opened since
}

interface Flash {
  items: FlashbarProps.MessageDefinition[];
  success: (content: ReactNode) => void;
  info: (content: ReactNode) => void;
  failure: (error: unknown, header?: string) => void;
  pageOpened: () => void;
}

// A message belongs to what was just done, and stays when that leads to another page. The page after that is without it.
const later = (items: Item[]) => items.filter(({ pages }) => pages === 0).map((item) => ({ ...item, pages: 1 }));

const Context = createContext<Flash | undefined>(undefined);
let made = 0;

export function FlashProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<Item[]>([]);
  const add = useCallback((item: FlashbarProps.MessageDefinition) => {
    const id = `flash-${++made}`;
    const dismiss = () => setItems((before) => before.filter((one) => one.id !== id));
    const shown: Item = { ...item, pages: 0, id, dismissible: true, dismissLabel: 'Dismiss the message', onDismiss: dismiss };
    setItems((before) => [shown, ...before].slice(0, FLASHES_MAX));
  }, []);
  const value = useMemo<Flash>(() => ({
    items,
    success: (content) => add({ type: 'success', content }),
    info: (content) => add({ type: 'info', content }),
    failure: (error, header) => {
      const said = asApiError(error);
      add({ type: 'error', header: header ?? said.code, content: header ? `${said.code}: ${said.message}` : said.message });
    },
    pageOpened: () => setItems(later),
  }), [items, add]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useFlash(): Flash {
  const flash = useContext(Context);
  if (!flash) throw new Error('useFlash is used outside of the shell');
  return flash;
}
