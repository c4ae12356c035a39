import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestName } from '../../src/configure/nearest-name.ts';

test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['same', 'same', 0],
  ['flaw', 'lawn', 2],
])('%s and %s are %i edits apart', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test('the distance is symmetric, zero only for equals, and keeps the triangle', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test('the nearest known name is found, whatever its case', () => {
  const known = ['listen', 'adminListen', 'workerListen', 'mongodb'];
  expect(nearestName('lsiten', known)).toBe('listen');
  expect(nearestName('adminlisten', known)).toBe('adminListen');
  expect(nearestName('mongo', known)).toBe('mongodb');
  expect(nearestName('quite-different', known)).toBeUndefined();
  expect(nearestName('x', [])).toBeUndefined();
});
