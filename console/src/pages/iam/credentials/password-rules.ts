// Passwords that the console makes, and what an account's policy asks of them.
import type { PasswordPolicy } from '../parts/types';

// What holds where the account has set no policy.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
export const DEFAULT_POLICY: PasswordPolicy = {
  MinimumPasswordLength: 8, RequireSymbols: false, RequireNumbers: false, RequireUppercaseCharacters: false,
  RequireLowercaseCharacters: false, AllowUsersToChangePassword: false, ExpirePasswords: false,
};
const CLASSES = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!@#$%^&*()_+-=[]{}|'];
const GENERATED_CHARACTERS = 20;

// Below `limit`, every number as likely as any other.
function randomBelow(limit: number): number {
  const range = 2 ** 32 - (2 ** 32 % limit);
  const word = new Uint32Array(1);
  do crypto.getRandomValues(word); while (word[0] >= range);
  return word[0] % limit;
}

export function generatePassword(policy: PasswordPolicy): string {
  const length = Math.max(GENERATED_CHARACTERS, policy.MinimumPasswordLength);
  const all = CLASSES.join('');
  const pick = (from: string) => from[randomBelow(from.length)];
  const characters = [...CLASSES.map(pick), ...Array.from({ length: length - CLASSES.length }, () => pick(all))];
  for (let at = characters.length - 1; at > 0; at--) {
    const other = randomBelow(at + 1);
    [characters[at], characters[other]] = [characters[other], characters[at]];
  }
  return characters.join('');
}

// In words, one a line.
export function requirements(policy: PasswordPolicy, custom: boolean): string[] {
  if (!custom)
    return ['At least 8 characters', 'At least three of: uppercase letters, lowercase letters, numbers, symbols',
      'Not the account name or e-mail address'];
  const rules: [boolean | undefined, string][] = [
    [true, `At least ${policy.MinimumPasswordLength} characters`],
    [policy.RequireUppercaseCharacters, 'At least one uppercase letter (A-Z)'],
    [policy.RequireLowercaseCharacters, 'At least one lowercase letter (a-z)'],
    [policy.RequireNumbers, 'At least one number (0-9)'],
    [policy.RequireSymbols, 'At least one symbol (! @ # $ % ^ & * ( ) _ + - = [ ] { } | \')'],
    [Boolean(policy.PasswordReusePrevention), `None of the last ${policy.PasswordReusePrevention} passwords`],
  ];
  return rules.flatMap(([holds, text]) => (holds ? [text] : []));
}

export function passwordProblem(password: string, policy: PasswordPolicy, custom: boolean): string | undefined {
  const has = [/[A-Z]/, /[a-z]/, /[0-9]/, /[!@#$%^&*()_+\-=[\]{}|']/].map((pattern) => pattern.test(password));
  if (password === '') return 'Enter a password.';
  if (password.length < policy.MinimumPasswordLength) return `A password has at least ${policy.MinimumPasswordLength} characters.`;
  if (!custom) return has.filter(Boolean).length >= 3 ? undefined : 'Use at least three of: uppercase, lowercase, numbers, symbols.';
  const needs: [boolean, string][] = [
    [policy.RequireUppercaseCharacters, 'an uppercase letter'], [policy.RequireLowercaseCharacters, 'a lowercase letter'],
    [policy.RequireNumbers, 'a number'], [policy.RequireSymbols, 'a symbol'],
  ];
  const missing = needs.flatMap(([needed, name], index) => (needed && !has[index] ? [name] : []));
  return missing.length ? `The password needs ${missing.join(', ')}.` : undefined;
}
