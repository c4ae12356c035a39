import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacSha256 } from '../../src/identify/hmac-sha256.ts';

test('equal to the HMAC of node:crypto, for every secret up to a block and every message', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (secret, message) => {
        const expected = createHmac('sha256', secret).update(message).digest();
        expect(hmacSha256(secret)(message)).toEqual(expected);
      },
    ),
  );
});
