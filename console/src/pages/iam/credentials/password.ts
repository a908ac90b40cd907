// The account's password policy, as forms and settings need it.
import { iam, orError, orNothing } from '../parts/api';
import type { PasswordPolicy } from '../parts/types';
import { DEFAULT_POLICY } from './password-rules';

const LEAST_CHARACTERS = 6;  // that a policy may ask for

export async function passwordPolicy(signal?: AbortSignal): Promise<{ policy: PasswordPolicy; custom: boolean }> {
  const out = await orNothing(iam('GetAccountPasswordPolicy', {}, signal));
  return { policy: out?.PasswordPolicy ?? DEFAULT_POLICY, custom: out !== undefined };
}

// For forms that set a password: who may not see the policy is told the least that any policy asks, and the service decides.
export async function passwordPolicyOrLeast(signal?: AbortSignal): Promise<{ policy: PasswordPolicy; custom: boolean }> {
  const { value, error } = await orError(passwordPolicy(signal));
  if (value) return value;
  if (!error!.denied) throw error;
  return { policy: { ...DEFAULT_POLICY, MinimumPasswordLength: LEAST_CHARACTERS }, custom: true };
}
