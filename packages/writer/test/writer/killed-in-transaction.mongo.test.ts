import { fileURLToPath } from 'node:url';
import type { RunningServer } from '@headrace/local-servers';
import { failpoint, freshDatabaseName, spawnProcess, testMongo, waitFor } from '@headrace/testkit';
import { MongoClient, MongoServerError } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addOne } from './add-one.ts';
import { testWriter } from './test-writer.ts';

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

/** Whether somebody's open transaction holds document 1. */
async function isHeld(name: string): Promise<boolean> {
  return await admin.withSession(async (session) => {
    session.startTransaction();
    try {
      const orders = admin.db(name).collection('orders');
      await orders.updateOne({ _id: 1 as never }, { $inc: { n: 100 } }, { session });
      return false;
    } catch (cause) {
      if (cause instanceof MongoServerError && cause.code === 112) return true;
      throw cause;
    } finally {
      await session.abortTransaction();
    }
  });
}

test('a writer killed before its commit: another one changes the document within 10 s, once', async () => {
  const name = freshDatabaseName();
  const namespace = `${name}.orders`;
  const database = `${name}_headrace`;
  await admin
    .db(name)
    .collection('orders')
    .insertOne({ _id: 1 as never, n: 0 });
  const held = await failpoint(admin, {
    ...{ commands: ['commitTransaction'], times: 1, blockMs: 12_000 },
  });
  const dying = await spawnProcess({
    entry: fileURLToPath(new URL('add-one.ts', import.meta.url)),
    args: [server.uri, namespace, database],
    ready: /begins/,
  });
  await waitFor(() => isHeld(name), { what: 'the transaction holds the document' });
  await using desk = await testWriter({
    ...{ uri: server.uri, name, collections: { [namespace]: { changes: 'direct' } } },
  });
  await dying.kill();
  await held.clear();
  const verdict = await addOne(desk.writer, namespace);
  expect(verdict).toMatchObject({ state: 'applied', replayed: false });
  expect(await desk.truth.find().toArray()).toEqual([{ _id: 1, n: 1 }]);
  expect(await admin.db(database).collection('ledger').countDocuments()).toBe(1);
}, 40_000);
