import { fileURLToPath } from 'node:url';
import { failpoint, freshDatabaseName, spawnProcess, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clearFailpoint, ending, endings, testWriter } from './test-writer.ts';

let server: RunningServer;
let admin: MongoClient;

beforeAll(async () => {
  server = await testMongo();
  admin = new MongoClient(server.uri);
});
afterAll(async () => {
  await admin.close();
  await server[Symbol.asyncDispose]();
});
afterEach(() => clearFailpoint(admin));

test('stop answers what is under way and what waits, and turns away what comes later', async () => {
  await using desk = await testWriter({ uri: server.uri });
  await failpoint(admin, { commands: ['insert'], times: 3, blockMs: 200 });
  const documents = Array.from({ length: 1500 }, (_, n) => ({ _id: n % 1200, n: n % 1200 }));
  const underWay = endings(desk.orders, documents);
  const stopped = desk.writer.stop();
  const late = ending(desk.orders.insertOne({ n: 'late' }));
  expect(await late).toBe('503 stopping');
  expect(new Set(await underWay)).toEqual(new Set(['201', '201 replayed']));
  await stopped;
  expect(await ending(desk.orders.insertOne({ n: 'late' }))).toBe('503 stopping');
  expect(await desk.truth.countDocuments()).toBe(1200);
});

test('stop with a write that never becomes certain: answered with what is known', async () => {
  await using desk = await testWriter({ uri: server.uri });
  await failpoint(admin, { commands: ['insert'], closeConnection: true });
  const hopeless = ending(desk.orders.insertOne({ _id: 'a' }, { deadlineMs: 500 }));
  const behind = ending(desk.orders.insertOne({ _id: 'a' }, { deadlineMs: 60_000 }));
  await desk.writer.stop();
  expect([await hopeless, await behind]).toEqual(['504 outcome-unknown', '503 deadline-passed']);
  expect(await desk.truth.countDocuments()).toBe(0);
}, 60_000);

test('after stop no handle is left: the process ends by itself', async () => {
  const namespace = `${freshDatabaseName()}.orders`;
  const program = await spawnProcess({
    entry: fileURLToPath(new URL('write-and-stop.ts', import.meta.url)),
    args: [server.uri, namespace],
    ready: /stopped with (\d+) applied/,
  });
  expect(program.captured).toEqual(['100']);
  const late = new Promise((resolve) => {
    setTimeout(resolve, 5000, 'still there').unref();
  });
  expect(await Promise.race([program.exited, late])).toEqual({ code: 0, signal: null });
});
