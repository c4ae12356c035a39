import { failpoint, testMongo, waitFor, wireProxy, type WireProxy } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clearFailpoint } from '../writer/test-writer.ts';
import { changeDesk, type ChangeDesk } from './change-desk.ts';

// The server holds a command back and its connection breaks: it is sent again, later writes of the
// document follow, and only then the server comes to the original.
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

const HELD_MS = 1_500;

/** A command that is held back, its connection cut. */
interface Held<Answer> {
  readonly answer: Promise<Answer>;
  /** The server has come to the original. */
  readonly arrived: Promise<unknown>;
}

async function holdBack<Answer>(
  command: string,
  send: () => Promise<Answer>,
): Promise<Held<Answer>> {
  await failpoint(admin, { commands: [command, 'findAndModify'], times: 2, blockMs: HELD_MS });
  const before = proxy.commands.length;
  const answer = send();
  const isSent = (): boolean => proxy.commands.slice(before).some(({ name }) => name === command);
  await waitFor(isSent, { what: `${command} is sent` });
  // Held just as long from now on, so that its end comes after the original's.
  const sentAt = performance.now();
  const mark = admin.db('mark').collection('marks').findOneAndDelete({});
  const arrived = mark.then(() => {
    expect(performance.now() - sentAt).toBeGreaterThan(HELD_MS - 100);
  });
  await admin.db('admin').command({ ping: 1 });
  proxy.cut();
  return { answer, arrived };
}

test('the stage: without a session of its own the late original lands on top', async () => {
  const careless = new MongoClient(proxy.uri, { retryWrites: false });
  const orders = careless.db(desk.truth.dbName).collection<{ _id: number; n: number }>('orders');
  const { answer, arrived } = await holdBack('update', () =>
    orders.updateOne({ _id: 1 }, { $set: { n: 1 } }).catch(() => 'broken'),
  );
  expect(await answer).toBe('broken');
  await orders.updateOne({ _id: 1 }, { $set: { n: 2 } });
  await arrived;
  await expect.poll(() => desk.stored()).toEqual([{ _id: 1, n: 1 }]);
  await careless.close();
});

test('a keyless patch: the later one stands', async () => {
  const { answer, arrived } = await holdBack('update', () => desk.patch(1, { merge: { n: 1 } }));
  expect(await answer).toMatch(/^200 matched 1/);
  expect(await desk.patch(1, { merge: { n: 2 } })).toMatch(/^200 matched 1/);
  await arrived;
  expect(await desk.stored()).toEqual([{ _id: 1, n: 2 }]);
});

test('an insert, deleted since: it stays deleted', async () => {
  const { answer, arrived } = await holdBack('insert', () => desk.insert({ _id: 2, n: 0 }));
  expect(await answer).toBe('200');
  expect(await desk.remove(2)).toMatch(/^200 matched 1/);
  await arrived;
  expect(await desk.stored()).toEqual([{ _id: 1, n: 0 }]);
});

test.each(['update', 'commitTransaction'])(
  '%s of a keyed change: applied once',
  async (command) => {
    const add = (key: string) => desk.patch(1, { update: { $inc: { n: 1 } } }, { key });
    const { answer, arrived } = await holdBack(command, () => add('a'));
    expect(await answer).toBe('200 matched 1 modified 1');
    expect(await add('b')).toBe('200 matched 1 modified 1');
    await arrived;
    expect(await desk.stored()).toEqual([{ _id: 1, n: 2 }]);
    expect(await desk.ledger()).toHaveLength(2);
  },
);
