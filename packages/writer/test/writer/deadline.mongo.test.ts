import { failpoint, testMongo, waitFor } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clearFailpoint, ending, testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let admin: MongoClient;
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
  desk = await testWriter({ uri: server.uri });
});
afterEach(() => desk[Symbol.asyncDispose]());
afterEach(() => clearFailpoint(admin));

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a write that waits past its deadline is answered then and never sent later', async () => {
  await using stall = await failpoint(admin, { commands: ['insert'], blockMs: 1000 });
  const busy: Promise<string>[] = [];
  for (let slot = 0; slot < 2; slot += 1) {
    busy.push(ending(desk.orders.insertOne({ _id: slot, by: 'slot' })));
    await turn();
    await turn();
  }
  const began = performance.now();
  const waiting = desk.orders.insertOne({ _id: 'late' }, { deadlineMs: 200 });
  const gated = desk.orders.insertOne({ _id: 0, by: 'gate' }, { deadlineMs: 200 });
  expect(await Promise.all([ending(waiting), ending(gated)])).toEqual(
    Array(2).fill('503 deadline-passed'),
  );
  expect(performance.now() - began).toBeLessThan(600);
  expect(await Promise.all(busy)).toEqual(['201', '201']);
  await stall.clear();
  // One more round behind everything that waited.
  expect(await ending(desk.orders.insertOne({ _id: 'last' }))).toBe('201');
  expect(await desk.truth.distinct('_id')).toEqual([0, 1, 'last']);
  expect(await desk.truth.countDocuments({ by: 'gate' })).toBe(0);
});

test('in flight at the deadline: answered then, as unknown; the write ends as it may', async () => {
  await failpoint(admin, { commands: ['insert'], times: 1, blockMs: 1000 });
  const began = performance.now();
  const late = desk.orders.insertOne({ _id: 'a' }, { deadlineMs: 200 });
  expect(await ending(late)).toBe('504 outcome-unknown');
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThanOrEqual(199);
  expect(tookMs).toBeLessThan(600);
  await waitFor(async () => (await desk.truth.countDocuments()) === 1, { what: 'it is stored' });
  expect(await ending(desk.orders.insertOne({ _id: 'a' }))).toBe('201 replayed');
});

test('a deadline of now is over before anything is sent', async () => {
  expect(await ending(desk.orders.insertOne({ _id: 'a' }, { deadlineMs: 0 }))).toBe(
    '503 deadline-passed',
  );
  expect(await desk.truth.countDocuments()).toBe(0);
});
