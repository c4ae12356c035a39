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

const commandsOfOrders = (): number =>
  proxy.commands.filter(({ namespace }) => namespace === desk.namespace).length;

function documents(count: number, parts: object = {}): object[] {
  return Array.from({ length: count }, (_, n) => ({ n, ...parts }));
}

test('what arrives together leaves together: 2,000 inserts in 2 commands', async () => {
  expect(new Set(await endings(desk.orders, documents(2000)))).toEqual(new Set(['201']));
  expect(commandsOfOrders()).toBe(2);
  expect(await desk.truth.countDocuments()).toBe(2000);
});

test('64 callers in a loop: far fewer commands than writes', async () => {
  const caller = async (): Promise<void> => {
    for (let n = 0; n < 20; n += 1) await desk.orders.insertOne({ n });
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  expect(await desk.truth.countDocuments()).toBe(1280);
  expect(commandsOfOrders()).toBeLessThan(1280 / 10);
});

test('a lone write is sent at once, while nothing else comes', async () => {
  for (let n = 0; n < 3; n += 1) {
    expect(await ending(desk.orders.insertOne({ n }))).toBe('201');
    expect(commandsOfOrders()).toBe(n + 1);
  }
});

test('4 MiB a command; a larger document goes alone', async () => {
  const pad = (mib: number): object => ({ pad: 'x'.repeat(mib * 1024 * 1024) });
  const sizes = [1.5, 1.5, 1.5, 9, 1.5, 1.5];
  expect(new Set(await endings(desk.orders, sizes.map(pad)))).toEqual(new Set(['201']));
  expect(commandsOfOrders()).toBe(4);
});

test('namespaces take turns: one with much waiting does not hold up another', async () => {
  const other = `${desk.truth.dbName}.few`;
  await using both = await testWriter({
    uri: proxy.uri,
    truthUri: server.uri,
    name: desk.truth.dbName,
    collections: { [desk.namespace]: {}, [other]: {} },
  });
  const many = endings(both.orders, documents(5000));
  const few = endings(both.writer.collection(other), documents(10));
  expect(new Set([...(await many), ...(await few)])).toEqual(new Set(['201']));
  const order = proxy.commands.map(({ namespace }) => namespace);
  const of = order.filter((namespace) => namespace === desk.namespace || namespace === other);
  expect(of).toHaveLength(6);
  expect(of.indexOf(other)).toBeLessThan(3);
});

test('one document, 20 writes at once: one command each, in order', async () => {
  const writes = documents(20, { _id: 'a' });
  expect(await endings(desk.orders, writes)).toEqual([
    '201',
    ...Array<string>(19).fill('409 duplicate'),
  ]);
  expect(commandsOfOrders()).toBe(20);
  expect(await desk.truth.find().toArray()).toEqual([{ _id: 'a', n: 0 }]);
});

test('one document over two tiers: never under way together', async () => {
  await failpoint(admin, { commands: ['insert'], times: 1, blockMs: 300 });
  const first = ending(desk.orders.insertOne({ _id: 1, n: 1 }));
  const second = ending(desk.orders.insertOne({ _id: 1, n: 2 }, { tier: 'balanced' }));
  await waitFor(() => commandsOfOrders() === 1, { what: 'the first one is sent' });
  expect([await first, await second]).toEqual(['201', '409 duplicate']);
  expect(await desk.truth.find().toArray()).toEqual([{ _id: 1, n: 1 }]);
});

test('66 writes of one document: the last is turned away with 429, the others go on', async () => {
  const answers = await endings(desk.orders, documents(66, { _id: 'a' }));
  expect(answers[65]).toBe('429 document-busy');
  expect(answers.slice(1, 65)).toEqual(Array(64).fill('409 duplicate'));
  expect(await ending(desk.orders.insertOne({ _id: 'a', n: 0 }))).toBe('201 replayed');
});

test('a command refused for one of its documents: the others are applied', async () => {
  await failpoint(admin, { commands: ['insert'], times: 3, errorCode: 2 });
  const answers = await endings(desk.orders, documents(4));
  // The fail point refuses [4], [2], [1]: the first document bears the blame alone.
  expect(answers).toEqual(['422 refused-by-server', '201', '201', '201']);
  expect(await desk.truth.distinct('n')).toEqual([1, 2, 3]);
});

test('over the budget of bytes in flight: 503, nothing written; room again afterwards', async () => {
  await using small = await testWriter({ uri: server.uri, limits: { inFlightBytes: 10_000 } });
  const pad = 'x'.repeat(4000);
  const answers = await endings(small.orders, documents(5, { pad }));
  expect(answers).toEqual(['201', '201', ...Array<string>(3).fill('503 over-capacity')]);
  expect(await small.truth.countDocuments()).toBe(2);
  expect(await endings(small.orders, documents(2, { pad }))).toEqual(['201', '201']);
  expect(await ending(small.orders.insertOne({ pad: 'x'.repeat(50_000) }))).toBe('201');
});
