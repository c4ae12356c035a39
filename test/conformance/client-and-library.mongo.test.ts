import type { RunningServer } from '@headrace/local-servers';
import { testMongo } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { changeCases } from './change-cases.ts';
import { insertCases } from './insert-cases.ts';
import type { Bench, StoredOrder, Subject } from './subject.ts';
import { clientSubject, librarySubject } from './subjects.ts';

// Whoever moves from one to the other must find the same answers.
describe.each([
  ['the library', librarySubject],
  ['the client', clientSubject],
])('%s', (_name, openSubject) => {
  let mongo: RunningServer;
  let truth: MongoClient;
  let subject: Subject;
  let bench: Bench;

  beforeAll(async () => {
    mongo = await testMongo();
    truth = await new MongoClient(mongo.uri).connect();
    subject = await openSubject(mongo.uri);
    bench = await setUp({ mongo, truth, subject });
  });

  afterAll(async () => {
    await subject[Symbol.asyncDispose]();
    await truth.close();
    await mongo[Symbol.asyncDispose]();
  });

  test.each([...insertCases, ...changeCases])('%s', (_case, run) => run(bench));
});

async function setUp(parts: {
  readonly mongo: RunningServer;
  readonly truth: MongoClient;
  readonly subject: Subject;
}): Promise<Bench> {
  const { mongo, truth, subject } = parts;
  const db = truth.db(subject.database);
  await db.createCollection('orders', { validator: { total: { $not: { $lt: 0 } } } });
  return {
    orders: subject.collection(`${subject.database}.orders`),
    stored: db.collection<StoredOrder>('orders'),
    changing: subject.collection(`${subject.database}.changing`),
    changed: db.collection<StoredOrder>('changing'),
    collection: (namespace) => subject.collection(namespace),
    withDatabaseStopped: async (run) => {
      mongo.pause();
      try {
        await run();
      } finally {
        mongo.resume();
      }
    },
  };
}
