import { BSON } from 'bson';
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

const patch = {
  ...one,
  op: 'patch',
  document: BSON.serialize({ _id: 1, update: { $inc: { n: 1 } } }),
} as const;

function followersOf(gate: Gate, leader: PendingWrite): PendingWrite[] {
  const followers: PendingWrite[] = [];
  for (;;) {
    const next = gate.takeFollower(leader, 1_000);
    if (next === undefined) return followers;
    followers.push(next);
  }
}

test('patches follow one another; the document stays shut until all of them are certain', () => {
  const gate = new Gate();
  const [first, second, third, late] = [1, 2, 3, 4].map(() => somePending(patch));
  for (const pending of [first, second, third]) gate.enter(pending as PendingWrite);
  expect(followersOf(gate, first as PendingWrite)).toEqual([second, third]);
  expect([first, second, third].map((pending) => pending?.follows)).toEqual([false, true, true]);
  gate.enter(late as PendingWrite);
  expect([gate.open(name), gate.open(name)]).toEqual([undefined, undefined]);
  expect(gate.open(name)).toBe(late);
  expect(gate.open(name)).toBeUndefined();
});

test('whoever is sent back waits first again, in order, and goes when the leader is done', () => {
  const gate = new Gate();
  const [first, second, third, late] = [1, 2, 3, 4].map(() => somePending(patch));
  for (const pending of [first, second, third]) gate.enter(pending as PendingWrite);
  followersOf(gate, first as PendingWrite);
  gate.enter(late as PendingWrite);
  expect(gate.sendBack(name, third as PendingWrite)).toBeUndefined();
  expect(gate.sendBack(name, second as PendingWrite)).toBeUndefined();
  expect([gate.open(name), gate.open(name), gate.open(name)]).toEqual([second, third, late]);
  expect(second?.follows).toBe(false);
});

test('sent back behind a leader that is done already: the first of them passes', () => {
  const gate = new Gate();
  const [first, second, third] = [1, 2, 3].map(() => somePending(patch));
  for (const pending of [first, second, third]) gate.enter(pending as PendingWrite);
  followersOf(gate, first as PendingWrite);
  expect(gate.open(name)).toBeUndefined();
  expect(gate.sendBack(name, third as PendingWrite)).toBeUndefined();
  expect(gate.sendBack(name, second as PendingWrite)).toBe(second);
});

test.each([
  ['another tier', { ...patch, tier: 'balanced' }],
  ['a condition', { ...patch, document: BSON.serialize({ _id: 1, merge: {}, if: { n: 1 } }) }],
  ['an upsert', { ...patch, upsert: true }],
  ['one that may have been sent before', { ...patch, suspect: true }],
  ['a delete', { ...patch, op: 'delete' }],
  ['an insert', { ...patch, op: 'insert' }],
  ['a large one', { ...patch, op: 'replace', document: new Uint8Array(1_001) }],
] as const)('%s follows nobody, and lets nobody past', (_what, parts) => {
  const gate = new Gate();
  const [first, other, third] = [somePending(patch), somePending(parts), somePending(patch)];
  for (const pending of [first, other, third]) gate.enter(pending);
  expect(followersOf(gate, first)).toEqual([]);
  expect(gate.open(name)).toBe(other);
  if (other.write.document.length < 1_000) expect(followersOf(gate, other)).toEqual([]);
  expect(gate.open(name)).toBe(third);
});

test('who was refused in company goes alone from then on', () => {
  const gate = new Gate();
  const [first, second] = [somePending(patch), somePending(patch)];
  second.goesAlone = true;
  gate.enter(first);
  gate.enter(second);
  expect(followersOf(gate, first)).toEqual([]);
});
