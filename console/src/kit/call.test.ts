import assert from 'node:assert/strict';
import { test } from 'node:test';

// What is tested needs no browser, but its module reads the region's setting when it is loaded.
Object.assign(globalThis, { window: { location: { search: '' } }, localStorage: undefined });

test('the encoded part of a refusal of EC2 is taken from its text', async () => {
  const { withoutEncoded } = await import('./call');
  assert.deepEqual(withoutEncoded('You are not authorized to perform this operation. User: a is not. Encoded authorization failure message: aB_c-9'),
    { message: 'You are not authorized to perform this operation. User: a is not.', encoded: 'aB_c-9' });
  assert.deepEqual(withoutEncoded('Nothing of the kind.'), { message: 'Nothing of the kind.' });
});
