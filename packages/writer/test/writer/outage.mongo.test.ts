import { testMongo, waitFor } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ending, endings, testWriter, type TestWriter } from './test-writer.ts';

let server: RunningServer;
let desk: TestWriter;

beforeEach(async () => {
  server = await testMongo();
  desk = await testWriter({ uri: server.uri });
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function documents(count: number): { _id: number }[] {
  return Array.from({ length: count }, (_, _id) => ({ _id }));
}

/** Callers that write one document after the other until told to stop; who was told 201. */
function load(callers: number): { readonly acked: string[]; stop(): Promise<readonly string[]> } {
  const acked: string[] = [];
  const others = new Set<string>();
  let isOver = false;
  const caller = async (name: number): Promise<void> => {
    for (let n = 0; !isOver; n += 1) {
      const _id = `${name}/${n}`;
      const end = await ending(desk.orders.insertOne({ _id }, { deadlineMs: 20_000 }));
      if (end === '201') acked.push(_id);
      else others.add(end);
    }
  };
  const callersDone = Promise.all(Array.from({ length: callers }, (_, name) => caller(name)));
  const stop = async (): Promise<readonly string[]> => {
    isOver = true;
    await callersDone;
    return [...others];
  };
  return { acked, stop };
}

test('the server is away and back within the deadline: all are acknowledged, stored once', async () => {
  expect(await ending(desk.orders.insertOne({ _id: 'before' }))).toBe('201');
  await server.stop();
  const waiting = endings(desk.orders, documents(200), { deadlineMs: 30_000 });
  await server.restart();
  expect(new Set(await waiting)).toEqual(new Set(['201']));
  expect(await desk.truth.countDocuments()).toBe(201);
}, 60_000);

test('the server stays away: not written, said in time, and not sent once it is back', async () => {
  expect(await ending(desk.orders.insertOne({ _id: 'before' }))).toBe('201');
  let isGone = false;
  desk.writer.client.on('topologyDescriptionChanged', ({ newDescription }) => {
    isGone ||= [...newDescription.servers.values()].every(({ type }) => type === 'Unknown');
  });
  await server.stop();
  await waitFor(() => isGone, { what: 'the driver has seen the sockets close' });
  const began = performance.now();
  const lone = desk.orders.insertOne({ _id: 'lone' }, { deadlineMs: 300 });
  expect(await ending(lone)).toBe('503 database-unavailable');
  const answers = await endings(desk.orders, documents(1500), { deadlineMs: 300 });
  expect(answers.filter((end) => !end.startsWith('503'))).toEqual([]);
  expect(performance.now() - began).toBeLessThan(1500);
  await server.restart();
  const later = desk.orders.insertOne({ _id: 'after' }, { deadlineMs: 30_000 });
  expect(await ending(later)).toBe('201');
  expect((await desk.truth.distinct('_id')).map(String).sort()).toEqual(['after', 'before']);
}, 60_000);

test('killed under load and back: every acknowledged write is there, none twice', async () => {
  const callers = load(50);
  for (let kill = 1; kill <= 3; kill += 1) {
    const enough = callers.acked.length + 300;
    await waitFor(() => callers.acked.length > enough, {
      what: 'writes go on',
      deadlineMs: 30_000,
    });
    await server.kill();
    await server.restart();
  }
  const others = await callers.stop();
  expect(others).toEqual([]);
  const stored = new Set<unknown>(await desk.truth.distinct('_id'));
  expect(callers.acked.filter((id) => !stored.has(id))).toEqual([]);
  expect(await desk.truth.countDocuments()).toBe(callers.acked.length);
}, 90_000);
