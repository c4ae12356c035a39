import { expect, test } from 'vitest';
import { canBeExplained, type Seen } from './model/explain.ts';
import type { ModelOperation, ModelState } from './model/sequential-model.ts';

const saw = (operation: ModelOperation, answer: Seen['answer']): Seen => ({ operation, answer });
const insert = saw({ kind: 'insert', by: 'a' }, 201);
const paid = saw({ kind: 'merge', s: 'paid' }, 200);
const shipped = saw({ kind: 'mergeIf', s: 'shipped', ifS: 'paid' }, 200);
const document = (n: number, s?: string): ModelState => ({ n, s, by: 'a' });

test('callers that took turns in any order are explained', () => {
  expect(canBeExplained([[insert], [paid], [shipped]], document(0, 'shipped'))).toBe(true);
  expect(canBeExplained([[insert, paid], [shipped]], document(0, 'shipped'))).toBe(true);
});

test.each<[string, readonly (readonly Seen[])[], ModelState]>([
  ['a caller’s own order turned round', [[insert, shipped, paid]], document(0, 'paid')],
  ['a change that was answered and is lost', [[insert, paid]], document(0)],
  [
    'an increment that was applied twice',
    [[insert, saw({ kind: 'increment', by: 1 }, 200)]],
    document(2),
  ],
  ['an answer that no order gives', [[insert], [saw({ kind: 'delete' }, 404), paid]], document(0)],
  ['a document back from the dead', [[insert, saw({ kind: 'delete' }, 200)]], document(0)],
  [
    'two inserts that were both taken',
    [[insert], [saw({ kind: 'insert', by: 'b' }, 201)]],
    document(0),
  ],
])('%s can not be explained', (_, history, stored) => {
  expect(canBeExplained(history, stored)).toBe(false);
});

test('without an answer an operation happened once, late, or not at all; never twice', () => {
  const lost = saw({ kind: 'increment', by: 1 }, 'lost');
  const history = [[insert, lost, paid]];
  expect(canBeExplained(history, document(0, 'paid'))).toBe(true);
  expect(canBeExplained(history, document(1, 'paid'))).toBe(true);
  expect(canBeExplained(history, document(2, 'paid'))).toBe(false);
});

test('what was queued happens once, whatever comes of it', () => {
  const queued = saw({ kind: 'increment', by: 1 }, 'any');
  expect(canBeExplained([[insert, queued, queued]], document(2))).toBe(true);
  expect(canBeExplained([[insert, queued, queued]], document(1))).toBe(false);
  expect(canBeExplained([[queued, saw({ kind: 'insert', by: 'a' }, 'any')]], document(0))).toBe(
    true,
  );
});
