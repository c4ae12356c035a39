import { setImmediate } from 'node:timers/promises';
import { failpoint, testMongo, waitFor, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { clearFailpoint } from '../writer/test-writer.ts';
import { changeDesk, type ChangeDesk } from './change-desk.ts';

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
});
afterEach(async () => {
  await clearFailpoint(admin);
  await desk[Symbol.asyncDispose]();
  await proxy.close();
});

/** Transactions of one tier that can be under way at once. */
const SLOTS = 4;
const commits = (): number =>
  proxy.commands.filter(({ name }) => name === 'commitTransaction').length;

/** Keeps every slot busy, so that what comes now waits and could all leave together. */
async function occupySlots(): Promise<Promise<string>[]> {
  await failpoint(admin, { commands: ['commitTransaction'], times: SLOTS, blockMs: 1_000 });
  const busy: Promise<string>[] = [];
  for (let slot = 0; slot < SLOTS; slot += 1) {
    busy.push(desk.insert({ _id: `busy ${slot}` }, { key: `busy ${slot}` }));
    await setImmediate(); // a batch leaves at the end of its turn
  }
  await waitFor(() => commits() === SLOTS, { what: 'every slot has a commit under way' });
  return busy;
}

test('a transaction takes at most 128 writes of those that wait', async () => {
  const busy = await occupySlots();
  const writes = Array.from({ length: 500 }, (_, n) => desk.insert({ _id: n }, { key: `${n}` }));
  expect(new Set(await Promise.all([...busy, ...writes]))).toEqual(new Set(['200']));
  expect(commits()).toBeGreaterThanOrEqual(SLOTS + Math.ceil(500 / 128));
  expect(await desk.truth.countDocuments()).toBe(500 + SLOTS);
});

test('and at most 4 MiB of them; a larger document goes alone', async () => {
  const busy = await occupySlots();
  const mebibytes = [1.5, 1.5, 6, 1.5, 1.5, 0.1];
  const writes = mebibytes.map((size, n) =>
    desk.insert({ _id: n, text: 'x'.repeat(size * 1024 * 1024) }, { key: `${n}` }),
  );
  expect(new Set(await Promise.all([...busy, ...writes]))).toEqual(new Set(['200']));
  // 1.5 + 1.5, 6, 1.5 + 1.5 + 0.1
  expect(commits()).toBeGreaterThanOrEqual(SLOTS + 3);
  expect(await desk.truth.countDocuments()).toBe(mebibytes.length + SLOTS);
});
