import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongo } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-local-mongo-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the set takes transactions and keeps a majority write through kill -9 and restart', async () => {
  await using server = await startMongo({ folder });
  // Closed before the server stops: a client that can not say good-bye waits 30 s for a server.
  const client = new MongoClient(server.uri);
  const orders = client.db('shop').collection('orders');
  await client.withSession((session) =>
    session.withTransaction(() => orders.insertOne({ n: 1 }, { session })),
  );
  await orders.insertOne({ n: 2 }, { writeConcern: { w: 'majority', journal: true } });
  const firstPid = server.pid;

  expect(await server.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await server.restart();

  expect(server.pid).not.toBe(firstPid);
  const numbers = await orders
    .find({}, { sort: { n: 1 } })
    .map((order) => order['n'] as number)
    .toArray();
  expect(numbers).toEqual([1, 2]);
  await client.close();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
});

test('a program that can not run is reported with its last lines', async () => {
  const program = { kind: 'secantusd-rs', path: '/bin/false' } as const;
  await expect(startMongo({ folder, program })).rejects.toMatchObject({
    code: 'server-did-not-start',
    details: { name: 'secantusd-rs', ending: 'ended with exit code 1' },
  });
});
