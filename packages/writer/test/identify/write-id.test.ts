import { expect, test } from 'vitest';
import { writeIdsUnder, type KeyScope } from '../../src/identify/write-id.ts';

const secret = Buffer.alloc(32, 7);
const scope: KeyScope = {
  tenant: 'default',
  namespace: 'shop.orders',
  canonicalId: '',
  idempotencyKey: 'order 1',
};

function idOf(parts: Partial<KeyScope>, under = secret): string {
  return writeIdsUnder(under)({ ...scope, ...parts }).toString('hex');
}

test('equal in every process of a deployment: it depends on nothing but secret and scope', () => {
  // Computed by other means: another value would make every earlier idempotency key a new one.
  expect(idOf({})).toBe('02025823f38782089bcb3e27b2abfeeb');
  expect(idOf({})).toBe(idOf({ ...scope }));
});

test('every part of the scope and the secret make another id', () => {
  const ids = [
    idOf({}),
    idOf({ tenant: 'other' }),
    idOf({ namespace: 'shop.customers' }),
    idOf({ namespace: 'store.orders' }),
    idOf({ canonicalId: 'n1' }),
    idOf({ idempotencyKey: 'order 2' }),
    idOf({}, Buffer.alloc(32, 8)),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

test('what belongs to one part can not be read as another', () => {
  const pairs: [Partial<KeyScope>, Partial<KeyScope>][] = [
    [
      { tenant: 'a', namespace: 'bc.d' },
      { tenant: 'ab', namespace: 'c.d' },
    ],
    [{ namespace: 'a.b.c' }, { namespace: 'a.bc' }],
    [
      { canonicalId: 's1', idempotencyKey: '2' },
      { canonicalId: 's', idempotencyKey: '12' },
    ],
    [
      { canonicalId: '', idempotencyKey: '1:a' },
      { canonicalId: '1:a', idempotencyKey: '' },
    ],
    [
      { canonicalId: 'é', idempotencyKey: 'k' },
      { canonicalId: 'Ã©', idempotencyKey: 'k' },
    ],
  ];
  for (const [one, other] of pairs) expect(idOf(one)).not.toBe(idOf(other));
});
