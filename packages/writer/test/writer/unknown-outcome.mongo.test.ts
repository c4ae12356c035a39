import { failpoint, testMongo, waitFor, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clearFailpoint, ending, endings, testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let admin: MongoClient;
let proxy: WireProxy;
let desk: TestWriter;

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
  desk = await testWriter({ uri: proxy.uri, truthUri: server.uri });
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
  await proxy.close();
});
afterEach(() => clearFailpoint(admin));

/** The driver tries a command twice, so three lost answers need two attempts of the writer. */
const moreThanTheDriverTries = 3;

const threeOrigins = [
  ['a made _id', { n: 1 }, {}],
  ['a caller-named _id', { _id: 'a', n: 1 }, {}],
  ['an idempotency key', { n: 1 }, { idempotencyKey: 'order 1' }],
] as const;

test.each(threeOrigins)('lost answers, %s: stored once, 201 as certainty comes', async (...row) => {
  const [, document, options] = row;
  proxy.cutBeforeReply('insert', moreThanTheDriverTries);
  expect(await ending(desk.orders.insertOne(document, options))).toBe('201');
  expect(await desk.truth.countDocuments()).toBe(1);
});

test.each(threeOrigins)('closed connections, %s: stored once, 201', async (...row) => {
  const [, document, options] = row;
  await failpoint(admin, {
    commands: ['insert'],
    times: moreThanTheDriverTries,
    closeConnection: true,
  });
  expect(await ending(desk.orders.insertOne(document, options))).toBe('201');
  expect(await desk.truth.countDocuments()).toBe(1);
});

test('stored by a first try that the server has forgotten: not called a replay', async () => {
  // Its second try is refused as a duplicate, as by a server that lost its session's record.
  await desk.truth.insertOne({ _id: 'a' as never, n: 1 });
  await failpoint(admin, { commands: ['insert'], times: 1, closeConnection: true });
  expect(await ending(desk.orders.insertOne({ _id: 'a', n: 1 }))).toBe('201');
});

test('a gathered command whose answers are lost: each of its writes is stored once', async () => {
  proxy.cutBeforeReply('insert', moreThanTheDriverTries);
  const documents = Array.from({ length: 300 }, (_, n) => (n % 2 ? { n } : { _id: n, n }));
  expect(new Set(await endings(desk.orders, documents))).toEqual(new Set(['201']));
  expect(await desk.truth.countDocuments()).toBe(300);
});

test.each(threeOrigins)(
  'no certainty before the deadline, %s: 504 at the deadline',
  async (...row) => {
    const [, document, options] = row;
    proxy.cutBeforeReply('insert', 1000);
    const began = performance.now();
    const insert = desk.orders.insertOne(document, { ...options, deadlineMs: 400 });
    expect(await ending(insert)).toBe('504 outcome-unknown');
    const tookMs = performance.now() - began;
    expect(tookMs).toBeGreaterThanOrEqual(400);
    expect(tookMs).toBeLessThan(1000);
    proxy.cutBeforeReply('insert', 0);
    expect(await desk.truth.countDocuments()).toBe(1);
  },
);

test('after a 504 the document stays shut until the outcome is certain, then the next passes', async () => {
  proxy.cutBeforeReply('insert', 1000);
  const first = desk.orders.insertOne({ _id: 'a', n: 1 }, { deadlineMs: 300 });
  expect(await ending(first)).toBe('504 outcome-unknown');
  const waiting = ending(desk.orders.insertOne({ _id: 'a', n: 2 }, { deadlineMs: 300 }));
  const free = ending(desk.orders.insertOne({ _id: 'b', n: 3 }, { deadlineMs: 300 }));
  // What waited at the gate was never sent, and that is certain; what was sent is not.
  expect(await waiting).toBe('503 deadline-passed');
  expect(await free).toBe('504 outcome-unknown');
  const next = ending(desk.orders.insertOne({ _id: 'a', n: 4 }));
  proxy.cutBeforeReply('insert', 0);
  expect(await next).toBe('409 duplicate');
  expect(await desk.truth.find().sort({ _id: 1 }).toArray()).toEqual([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 3 },
  ]);
});

test('under the same idempotency key: still running until certain, then replayed', async () => {
  const key = { idempotencyKey: 'order 1' };
  proxy.cutBeforeReply('insert', 1000);
  const first = desk.orders.insertOne({ n: 1 }, { ...key, deadlineMs: 300 });
  expect(await ending(first)).toBe('504 outcome-unknown');
  expect(await ending(desk.orders.insertOne({ n: 1 }, key))).toBe('409 idempotency-key-running');
  proxy.cutBeforeReply('insert', 0);
  await waitFor(
    async () => (await ending(desk.orders.insertOne({ n: 1 }, key))) === '201 replayed',
    {
      what: 'the first one is certain',
    },
  );
  expect(await desk.truth.countDocuments()).toBe(1);
});

const insertsSeen = (): number =>
  proxy.commands.filter(({ name, namespace }) => name === 'insert' && namespace === desk.namespace)
    .length;

/** Sends one write that is stored and whose answers are lost, until `proxy` loses no more. */
async function lostWrite(): Promise<{ readonly end: Promise<string> }> {
  proxy.cutBeforeReply('insert', 1000);
  const end = ending(desk.orders.insertOne({ _id: 'a', n: 1 }));
  // The driver's second try gets the first one's answer; only the writer's next attempt is a new one.
  await waitFor(() => insertsSeen() > 2, { what: 'it was tried by driver and writer' });
  return { end };
}

test('stored with its answer lost, then refused by a new validator: it is stored, so 201', async () => {
  const { end } = await lostWrite();
  await desk.truth.db.command({ collMod: 'orders', validator: { n: { $gt: 5 } } });
  proxy.cutBeforeReply('insert', 0);
  expect(await end).toBe('201');
});

test('a stored document that can not be read concludes nothing', async () => {
  const { end } = await lostWrite();
  await using reads = await failpoint(admin, { commands: ['find'], errorCode: 96 });
  proxy.cutBeforeReply('insert', 0);
  const before = insertsSeen();
  await waitFor(() => insertsSeen() > before + 2, { what: 'it is sent again meanwhile' });
  await reads.clear();
  expect(await end).toBe('201');
});

test('stored with its answer lost, then the command is refused: no refusal, it is stored', async () => {
  const { end } = await lostWrite();
  await using refusals = await failpoint(admin, { commands: ['insert'], errorCode: 2 });
  proxy.cutBeforeReply('insert', 0);
  const before = insertsSeen();
  await waitFor(() => insertsSeen() > before + 2, { what: 'it is refused meanwhile' });
  await refusals.clear();
  expect(await end).toBe('201');
});

test.each([
  ['for good', { n: { $gt: 5 } }, '422 document-refused'],
  ['not at all', {}, '201'],
])('not stored, its connections closed, then refused %s', async (_, validator, expected) => {
  await desk.truth.db.createCollection('orders');
  await using closing = await failpoint(admin, { commands: ['insert'], closeConnection: true });
  const insert = ending(desk.orders.insertOne({ _id: 'a', n: 1 }));
  await waitFor(() => insertsSeen() > 2, { what: 'it was tried by driver and writer' });
  await desk.truth.db.command({ collMod: 'orders', validator });
  await closing.clear();
  expect(await insert).toBe(expected);
  expect(await ending(desk.orders.insertOne({ _id: 'b', n: 6 }))).toBe('201');
});
