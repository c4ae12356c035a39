import { expect, test } from 'vitest';
import { Gate } from '../../src/gather/gate.ts';
import { PendingWrite } from '../../src/gather/pending-write-port.ts';
import { somePending, someWrite } from './some-write.ts';

const one = { canonicalId: 'n1' };
const name = 'shop.orders\0n1';

test('one write of a document passes, the next ones wait and pass in order', () => {
  const gate = new Gate();
  const [first, second, third] = [somePending(one), somePending(one), somePending(one)];
  expect([first, second, third].map((pending) => gate.enter(pending))).toEqual([
    'pass',
    'wait',
    'wait',
  ]);
  expect(gate.open(name)).toBe(second);
  expect(gate.enter(first)).toBe('wait');
  expect(gate.open(name)).toBe(third);
  expect(gate.open(name)).toBe(first);
  expect(gate.open(name)).toBeUndefined();
  expect(gate.enter(first)).toBe('pass');
});

test('other documents pass meanwhile, also of the same name in another collection', () => {
  const gate = new Gate();
  gate.enter(somePending(one));
  expect(gate.enter(somePending({ canonicalId: 'n2' }))).toBe('pass');
  expect(gate.enter(somePending({ ...one, namespace: 'shop.customers' }))).toBe('pass');
});

test('64 wait; one more is turned away and takes nobody’s place', () => {
  const gate = new Gate();
  gate.enter(somePending(one));
  for (let n = 0; n < 64; n += 1) expect(gate.enter(somePending(one))).toBe('wait');
  expect(gate.enter(somePending(one))).toBe('crowded');
  expect(gate.open(name)).toBeDefined();
  expect(gate.enter(somePending(one))).toBe('wait');
  expect(gate.enter(somePending(one))).toBe('crowded');
});

test('a write whose document nobody else can name is not held', () => {
  const gate = new Gate();
  const free = new PendingWrite(someWrite(), undefined, () => {});
  expect([gate.enter(free), gate.enter(free)]).toEqual(['pass', 'pass']);
});

test('who waits past its deadline is taken out; the document stays shut', () => {
  const gate = new Gate();
  const late = somePending({ ...one, deadlineAtMs: 5 });
  const patient = somePending({ ...one, deadlineAtMs: 50 });
  gate.enter(somePending({ ...one, deadlineAtMs: 1 }));
  gate.enter(late);
  gate.enter(patient);
  expect(gate.removeExpired(4)).toEqual([]);
  expect(gate.removeExpired(5)).toEqual([late]);
  expect(gate.enter(somePending(one))).toBe('wait');
  expect(gate.open(name)).toBe(patient);
});
