import { failpoint, testMongo, waitFor, wireProxy, type WireProxy } from '@headrace/testkit';
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
  await desk.truth.insertOne({ _id: 1 as never, n: 0 });
});
afterEach(async () => {
  await clearFailpoint(admin);
  await desk[Symbol.asyncDispose]();
  await proxy.close();
});

const add = (terms: Terms) => desk.patch(1, { update: { $inc: { n: 1 } } }, terms);
/** Commits and aborts name no collection; everything else is counted where the changes go. */
const sent = (name: string): number =>
  proxy.commands.filter(
    (command) => command.name === name && [desk.namespace, 'admin'].includes(command.namespace),
  ).length;

test.each([
  [
    'its answer lost, committed',
    async () => {
      proxy.cutBeforeReply('commitTransaction', 3);
      await Promise.resolve();
    },
  ],
  [
    'the connection closed, not committed',
    () => failpoint(admin, { commands: ['commitTransaction'], times: 3, closeConnection: true }),
  ],
  [
    'an unknown result',
    () =>
      failpoint(admin, {
        commands: ['commitTransaction'],
        times: 2,
        errorCode: 91,
        errorLabels: ['UnknownTransactionCommitResult'],
      }),
  ],
  [
    'a write-concern error, then confirmed',
    () =>
      failpoint(admin, {
        commands: ['commitTransaction'],
        times: 2,
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      }),
  ],
])('commit with %s: committed again, applied once', async (_, fail) => {
  await fail();
  expect(await Promise.all([add({ key: 'a' }), desk.remove(9)])).toEqual([
    '200 matched 1 modified 1',
    '404 document-absent',
  ]);
  expect(sent('commitTransaction')).toBeGreaterThan(2);
  expect(sent('update')).toBe(1);
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
});

test.each(['insert', 'update', 'find'])('%s lost within: from the start, once', async (command) => {
  proxy.cutBeforeReply(command, 2);
  // One is missing, so that who exists is asked.
  const absent = desk.patch(9, { update: { $set: { n: 1 } } }, { key: 'b' });
  expect(await Promise.all([add({ key: 'a' }), absent])).toEqual([
    '200 matched 1 modified 1',
    '404 document-absent',
  ]);
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
});

test('a lone keyless change whose answers are lost is applied', async () => {
  proxy.cutBeforeReply('update', 3);
  expect(await desk.patch(1, { update: { $set: { n: 5 } } })).toMatch(/^200 matched 1/);
  expect(await desk.stored()).toEqual([{ _id: 1, n: 5 }]);
});

test('a lone keyless delete that may have been applied is never called absent', async () => {
  proxy.cutBeforeReply('delete', 4);
  expect(await desk.remove(1)).toBe('504 outcome-unknown');
  expect(await desk.stored()).toEqual([]);
});

test('no certainty of the commit by the deadline: 504, shut until certain', async () => {
  proxy.cutBeforeReply('commitTransaction', 1000);
  expect(await add({ key: 'a', deadlineMs: 300 })).toBe('504 outcome-unknown');
  const next = add({ key: 'b' });
  expect(await add({ key: 'c', deadlineMs: 200 })).toBe('503 deadline-passed');
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
  proxy.cutBeforeReply('commitTransaction', 0);
  expect(await next).toBe('200 matched 1 modified 1');
  expect(await add({ key: 'a' })).toBe('200 matched 1 modified 1 replayed');
  expect(await desk.stored()).toEqual([{ _id: 1, n: 2 }]);
});

test('below its tier at the deadline: 504, and confirmed later', async () => {
  const concern = { code: 64, errmsg: 'waiting for replication timed out' };
  const point = await failpoint(admin, {
    commands: ['commitTransaction'],
    writeConcernError: concern,
  });
  expect(await add({ key: 'a', deadlineMs: 300 })).toBe('504 below-tier');
  await point.clear();
  await waitFor(async () => (await add({ key: 'a' })) === '200 matched 1 modified 1 replayed', {
    what: 'the commit is confirmed',
  });
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
});

test('no commit was sent by the deadline: certainly not written, then or later', async () => {
  const point = await failpoint(admin, { commands: ['update'], errorCode: 112 });
  expect(await add({ key: 'a', deadlineMs: 300 })).toBe('503 database-unavailable');
  await point.clear();
  expect(sent('commitTransaction')).toBe(0);
  expect(await add({ key: 'b' })).toBe('200 matched 1 modified 1');
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
});

test('held up before its commit beyond the deadline: told not written, and never is', async () => {
  const point = await failpoint(admin, { commands: ['update'], blockMs: 500, times: 1 });
  expect(await add({ key: 'a', deadlineMs: 200 })).toBe('503 deadline-passed');
  await point.clear();
  expect(await add({ key: 'b' })).toBe('200 matched 1 modified 1');
  expect(await desk.stored()).toEqual([{ _id: 1, n: 1 }]);
  expect(await desk.ledger()).toHaveLength(1);
});

test('a document held by another session: the rest of its batch goes on; it, once let go', async () => {
  const session = admin.startSession();
  session.startTransaction();
  const orders = admin.db(desk.truth.dbName).collection('orders');
  await orders.updateOne({ _id: 1 as never }, { $set: { held: true } }, { session });
  const held = add({ key: 'held' });
  const others = Array.from({ length: 7 }, (_, n) =>
    desk.insert({ _id: n + 10 }, { key: `k${n}` }),
  );
  expect(new Set(await Promise.all(others))).toEqual(new Set(['200']));
  await session.commitTransaction();
  await session.endSession();
  expect(await held).toBe('200 matched 1 modified 1');
  expect(await desk.truth.findOne()).toEqual({ _id: 1, n: 1, held: true });
});

test.each([1, 3, 5])('%i refused of 100 cost at most twice as many attempts and one', async (k) => {
  await desk.truth.db.command({ collMod: 'orders', validator: { n: { $lt: 1000 } } });
  const before = sent('abortTransaction') + sent('commitTransaction');
  const poison = new Set(Array.from({ length: k }, (_, at) => at * 20));
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      desk.insert({ _id: n + 10, n: poison.has(n) ? 2000 : n }, { key: `k${n}` }),
    ),
  );
  const expected = answers.map((_, n) => (poison.has(n) ? '422 document-refused' : '200'));
  expect(answers).toEqual(expected);
  const attempts = sent('abortTransaction') + sent('commitTransaction') - before;
  expect(attempts).toBeGreaterThan(1);
  expect(attempts).toBeLessThanOrEqual(2 * k + 1);
  expect(await desk.truth.countDocuments()).toBe(101 - k);
});

test('the server killed amid keyed changes, and back: each applied once', async () => {
  const changes = Array.from({ length: 40 }, (_, n) => add({ key: `k${n}` }));
  const inserts = Array.from({ length: 600 }, (_, n) => desk.insert({ n }, { key: `i${n}` }));
  await waitFor(() => sent('commitTransaction') > 2, { what: 'some are under way' });
  await server.kill('SIGKILL');
  await server.restart();
  const answers = await Promise.all([...changes, ...inserts]);
  for (const answer of answers) expect(answer).toMatch(/^200/);
  expect(await desk.truth.countDocuments()).toBe(601);
  expect(await desk.truth.findOne({ _id: 1 as never })).toEqual({ _id: 1, n: 40 });
});

test('an outage under load: re-sends stay within a tenth of the sends and the floor', async () => {
  for (let n = 0; n < 100; n += 1) await desk.patch(1, { update: { $set: { n } } });
  const before = sent('update');
  const point = await failpoint(admin, { commands: ['update'], errorCode: 91 });
  const callers = Array.from({ length: 60 }, (_, n) =>
    desk.replace(n + 10, { n }, { upsert: true, deadlineMs: 1500 }),
  );
  await Promise.all(callers);
  await point.clear();
  // At most: 20 tokens at first, 2 a second, one first send a slot; the driver tries each twice.
  expect(sent('update') - before).toBeLessThanOrEqual(2 * (20 + 2 * 2 + 4));
});

test('patches together ask who exists only where the total says that one is missing', async () => {
  await desk.truth.insertOne({ _id: 2 as never, n: 0 });
  const together = (key: string, id: number) =>
    Promise.all([add({ key }), desk.patch(id, { update: { $set: { n: 1 } } })]);
  // Whoever asks loses the answer, and has to begin anew.
  proxy.cutBeforeReply('find');
  await together('a', 2);
  expect(sent('update')).toBe(1);
  expect(await together('b', 9)).toEqual(['200 matched 1 modified 1', '404 document-absent']);
  expect(sent('update')).toBe(1 + 2);
});
