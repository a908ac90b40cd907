// The region that regional services are asked in: the person's choice, kept in the browser.
import { useSyncExternalStore } from 'react';
import { readSetting, writeSetting } from './settings';

// Name and place, as the region selector shows them.
export const REGION_PLACES: Record<string, string> = {
  'us-east-1': 'US East (N. Virginia)', 'us-east-2': 'US East (Ohio)', 'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)', 'af-south-1': 'Africa (Cape Town)', 'ap-east-1': 'Asia Pacific (Hong Kong)',
  'ap-south-1': 'Asia Pacific (Mumbai)', 'ap-south-2': 'Asia Pacific (Hyderabad)',
  'ap-southeast-1': 'Asia Pacific (Singapore)', 'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-southeast-3': 'Asia Pacific (Jakarta)', 'ap-southeast-4': 'Asia Pacific (Melbourne)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)', 'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)', 'ca-central-1': 'Canada (Central)', 'ca-west-1': 'Canada West (Calgary)',
  'eu-central-1': 'Europe (Frankfurt)', 'eu-central-2': 'Europe (Zurich)', 'eu-west-1': 'Europe (Ireland)',
  'eu-west-2': 'Europe (London)', 'eu-west-3': 'Europe (Paris)', 'eu-south-1': 'Europe (Milan)',
  'eu-south-2': 'Europe (Spain)', 'eu-north-1': 'Europe (Stockholm)', 'il-central-1': 'Israel (Tel Aviv)',
  'me-south-1': 'Middle East (Bahrain)', 'me-central-1': 'Middle East (UAE)', 'sa-east-1': 'South America (São Paulo)',
};

// Those that AWS enables in every account; haar serves these.
const BY_DEFAULT = [
  'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3',
  'ap-southeast-1', 'ap-southeast-2', 'ca-central-1', 'eu-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1',
  'sa-east-1',
];

export function servedRegions(): string[] {
  return served;
}

const listeners = new Set<() => void>();
let region = 'us-east-1';
let served = BY_DEFAULT;

export function currentRegion(): string {
  return region;
}

export function setRegion(next: string): void {
  region = next;
  writeSetting('region', next);
  listeners.forEach((tell) => tell());
}

// At start: the link's ?region=, what was chosen last, or what the session says.
export function initRegion(fromSession: string, told: string[] | undefined): void {
  served = told ?? BY_DEFAULT;
  const asked = new URLSearchParams(window.location.search).get('region') ?? readSetting('region', '');
  region = asked && served.includes(asked) ? asked : fromSession || region;
}

export function useRegion(): string {
  return useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, currentRegion);
}
