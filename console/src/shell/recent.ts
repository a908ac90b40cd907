// The services that were opened last, the newest first.
import { readSetting, writeSetting } from '../kit/settings';

const RECENT_MAX = 6;

export function recentVisits(): string[] {
  const kept = readSetting<unknown>('recent', []);
  return Array.isArray(kept) ? kept.filter((id): id is string => typeof id === 'string') : [];
}

export function noteVisit(id: string): void {
  writeSetting('recent', [id, ...recentVisits().filter((other) => other !== id)].slice(0, RECENT_MAX));
}
