import { failpoint, freshDatabaseName, testMongo, waitFor } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { BSON, MongoClient, type Collection, type Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { clearFailpoint } from '../writer/test-writer.ts';
import { changeDesk, type ChangeDesk } from './change-desk.ts';

let server: RunningServer;
let admin: MongoClient;
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
  desk = await changeDesk({ uri: server.uri });
});
afterEach(async () => {
  await clearFailpoint(admin);
  await desk[Symbol.asyncDispose]();
});

test('a batch of all operations: each caller is answered for its own document', async () => {
  await desk.truth.insertMany([1, 2, 3, 4].map((_id) => ({ _id: _id as never, n: 0 })));
  const answers = await Promise.all([
    desk.patch(1, { update: { $set: { n: 1 } } }),
    desk.patch(9, { update: { $set: { n: 1 } } }),
    desk.patch(2, { update: { $set: { n: 1 } }, if: { n: 0 } }),
    desk.patch(3, { update: { $set: { n: 1 } }, if: { n: 5 } }),
    desk.remove(4),
    desk.remove(8),
    desk.replace(7, { n: 7 }, { upsert: true }),
    desk.replace(6, { n: 7 }),
    desk.insert({ _id: 5, n: 5 }, { key: 'five' }),
  ]);
  expect(answers).toEqual(
    [
      '200 matched 1',
      '404 document-absent',
      '200 matched 1',
      '412 condition-failed',
      '200 matched 1 modified 1',
      '404 document-absent',
      '200 upserted',
      '404 document-absent',
      '200',
    ].map((text) => expect.stringContaining(text) as unknown),
  );
  expect(await desk.stored()).toEqual([
    { _id: 1, n: 1 },
    { _id: 2, n: 1 },
    { _id: 3, n: 0 },
    { _id: 5, n: 5 },
    { _id: 7, n: 7 },
  ]);
});
