import { expect, test } from 'vitest';
import { TierConcerns } from '../../src/send/tier-concern-port.ts';

function concerns(members: number | undefined, allowLower = false): TierConcerns {
  return new TierConcerns({ dataBearingMembers: () => members }, { allowLower });
}

test('every tier has its write concern, with a wtimeout', () => {
  const three = concerns(3);
  expect(three.of('strong')).toMatchObject({ w: 'majority', j: true, wtimeoutMs: 5000 });
  expect(three.of('eventual')).toMatchObject({ w: 'majority', j: true, wtimeoutMs: 5000 });
  expect(three.of('balanced')).toMatchObject({ w: 2, j: true, wtimeoutMs: 5000 });
});

test.each([
  [1, false, 'tier-unsatisfiable'],
  [1, true, undefined],
  [2, false, undefined],
  [undefined, false, undefined],
])('balanced with %s members, allowed lower: %s', (members, allowLower, code) => {
  expect(concerns(members, allowLower).refusal('balanced')?.code).toBe(code);
  expect(concerns(members, allowLower).refusal('strong')).toBeUndefined();
});

test('a set that shrinks under a write lowers it only where that is allowed, and says so', () => {
  expect(concerns(1, true).of('balanced').guarantee).toEqual({
    w: 'majority',
    j: 'requested',
    lowered: true,
  });
  expect(concerns(1, false).of('balanced')).toMatchObject({ w: 2, guarantee: { lowered: false } });
});
