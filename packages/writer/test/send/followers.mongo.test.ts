import { failpoint, testMongo, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clearFailpoint } from '../writer/test-writer.ts';
import { changeDesk, type ChangeDesk, type Terms } from './change-desk.ts';

let server: RunningServer;
let admin: MongoClient;
let proxy: WireProxy;
let desk: ChangeDesk;

beforeAll(async () => {
  server = await testMongo();
  admin = new MongoClient(server.uri);
});
afterAll(async () => {
  await admin.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  proxy = await wireProxy({ target: server });
  desk = await changeDesk({ uri: proxy.uri, truthUri: server.uri });
  await desk.truth.insertOne({ _id: 1 as never, n: 0, seen: [] });
});
afterEach(async () => {
  await clearFailpoint(admin);
  await desk[Symbol.asyncDispose]();
  await proxy.close();
});

/** Notes its number, so that the document tells the order in which they were applied. */
const note = (n: number, terms: Terms = {}) =>
  desk.patch(1, { update: { $inc: { n: 1 }, $push: { seen: n } } }, terms);
const updates = (): number =>
  proxy.commands.filter(({ name, namespace }) => name === 'update' && namespace === desk.namespace)
    .length;
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

test.each(['keyed', 'keyless'] as const)(
  '%s: 60 patches of one document share commands, in the order they came',
  async (how) => {
    const answers = await Promise.all(
      numbers(60).map((n) => note(n, how === 'keyed' ? { key: `k${n}` } : {})),
    );
    expect(new Set(answers)).toEqual(new Set(['200 matched 1 modified 1']));
    expect(await desk.stored()).toEqual([{ _id: 1, n: 60, seen: numbers(60) }]);
    expect(updates()).toBeLessThanOrEqual(3);
    expect(await desk.ledger()).toHaveLength(how === 'keyed' ? 60 : 0);
  },
);

test('what differs from its neighbours waits for them, and they for it', async () => {
  const answers = await Promise.all([
    note(0),
    note(1),
    desk.patch(1, { update: { $set: { middle: true } }, if: { n: 2 } }),
    note(2, { tier: 'balanced' }),
    note(3),
    desk.remove(1, { if: { n: 4 } }),
    note(4),
    desk.replace(1, { seen: [] }, { upsert: true }),
    note(5),
  ]);
  const applied = '200 matched 1 modified 1';
  expect(answers).toEqual([
    ...[applied, applied, applied, applied, applied, applied],
    ...['404 document-absent', '200 upserted', applied],
  ]);
  expect(await desk.stored()).toEqual([{ _id: 1, seen: [5], n: 1 }]);
});

test('one that is refused takes nobody with it, and is told why', async () => {
  const answers = await Promise.all([
    ...numbers(5).map((n) => note(n)),
    desk.patch(1, { update: { $inc: { seen: 1 } } }),
    ...numbers(5).map((n) => note(n + 5)),
  ]);
  expect(answers.filter((answer) => answer !== '200 matched 1 modified 1')).toEqual([
    expect.stringMatching(/^422 /),
  ]);
  expect(answers[5]).toMatch(/^422 /);
  expect(await desk.stored()).toEqual([{ _id: 1, n: 10, seen: numbers(10) }]);
});

test('of an absent document all are told so', async () => {
  const answers = await Promise.all(
    numbers(10).map((n) => desk.patch(7, { update: { $set: { n } } }, { key: `k${n}` })),
  );
  expect(new Set(answers)).toEqual(new Set(['404 document-absent']));
});

test.each([
  ['update', () => failpoint(admin, { commands: ['update'], times: 2, errorCode: 112 })],
  [
    'commit',
    () => {
      proxy.cutBeforeReply('commitTransaction', 2);
      return Promise.resolve();
    },
  ],
])('trouble with the %s: each is applied once, in order', async (_which, trouble) => {
  const first = note(0, { key: 'k0' });
  await trouble();
  const answers = await Promise.all([
    first,
    ...numbers(30)
      .slice(1)
      .map((n) => note(n, { key: `k${n}` })),
  ]);
  expect(answers.map((answer) => answer.slice(0, 13))).toEqual(
    numbers(30).map(() => '200 matched 1'),
  );
  expect(await desk.stored()).toEqual([{ _id: 1, n: 30, seen: numbers(30) }]);
});

test('again under their keys: each is told what it was told, and nothing changes', async () => {
  const round = () => Promise.all(numbers(20).map((n) => note(n, { key: `k${n}` })));
  await round();
  expect(new Set(await round())).toEqual(new Set(['200 matched 1 modified 1 replayed']));
  expect(await desk.stored()).toEqual([{ _id: 1, n: 20, seen: numbers(20) }]);
});
