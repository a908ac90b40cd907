// Light or dark: as the person chose, else as the machine says. start.js has set it before the first paint.
import { useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings';

export type Theme = 'light' | 'dark';
export type ThemeChoice = Theme | 'system';

const listeners = new Set<() => void>();
const machine = window.matchMedia('(prefers-color-scheme: dark)');

export function themeChoice(): ThemeChoice {
  const kept = readSetting<string>('theme', 'system');
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function theme(): Theme {
  const choice = themeChoice();
  if (choice !== 'system') return choice;
  return machine.matches ? 'dark' : 'light';
}

function apply(): void {
  document.body.classList.toggle('awsui-dark-mode', theme() === 'dark');
  listeners.forEach((tell) => tell());
}

machine.addEventListener('change', apply);

export function chooseTheme(choice: ThemeChoice): void {
  writeSetting('theme', choice);
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, theme);
}
