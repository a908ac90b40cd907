import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_POLICY, generatePassword, passwordProblem, requirements } from './password-rules';

const STRICT = { ...DEFAULT_POLICY, MinimumPasswordLength: 40, RequireSymbols: true, RequireNumbers: true, RequireUppercaseCharacters: true,
  RequireLowercaseCharacters: true, PasswordReusePrevention: 3 };

test('a password that is made keeps to every policy, and is never the same', () => {
  const made = new Set(Array.from({ length: 200 }, () => generatePassword(STRICT)));
  assert.equal(made.size, 200);
  for (const password of made) {
    assert.equal(password.length, 40);
    assert.equal(passwordProblem(password, STRICT, true), undefined);
    assert.equal(passwordProblem(password, DEFAULT_POLICY, false), undefined);
  }
});

test('what a password lacks is said', () => {
  assert.match(passwordProblem('', DEFAULT_POLICY, false)!, /Enter/);
  assert.match(passwordProblem('Ab1', DEFAULT_POLICY, false)!, /at least 8/);
  assert.match(passwordProblem('abcdefgh', DEFAULT_POLICY, false)!, /three of/);
  assert.equal(passwordProblem('abcdefG1', DEFAULT_POLICY, false), undefined);
  const symbols = { ...DEFAULT_POLICY, RequireSymbols: true, RequireNumbers: true };
  assert.match(passwordProblem('abcdefgh', symbols, true)!, /a number, a symbol/);
  assert.equal(passwordProblem('abcdefg1!', symbols, true), undefined);
});

test('the requirements are those of the policy', () => {
  assert.equal(requirements(STRICT, true).length, 6);
  assert.deepEqual(requirements({ ...DEFAULT_POLICY, MinimumPasswordLength: 6 }, true), ['At least 6 characters']);
});
