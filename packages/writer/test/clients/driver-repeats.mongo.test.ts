import type { RunningServer } from '@headrace/local-servers';
import { failpoint, testMongo, wireProxy, type WireProxy } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openClient } from '../../src/clients/open-client.ts';
import { clearFailpoint } from '../writer/test-writer.ts';

let server: RunningServer;
let admin: MongoClient;
let proxy: WireProxy;
let client: MongoClient;
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
  // What a URI says does not change how often anything is sent.
  const uri = `${proxy.uri}&retryWrites=false&maxAdaptiveRetries=5`;
  client = await openClient({ uri, maxPoolSize: 4, warmConnections: 1 });
});
afterEach(async () => {
  await clearFailpoint(admin);
  await client.close();
  await proxy.close();
});

const insert = () => client.db('repeats').collection('orders').insertOne({});
const sent = (): number => proxy.commands.filter(({ name }) => name === 'insert').length;

test('the driver sends a write again where its connection broke, once', async () => {
  await failpoint(admin, { commands: ['insert'], times: 1, closeConnection: true });
  await insert();
  expect(sent()).toBe(2);
  await failpoint(admin, { commands: ['insert'], times: 2, closeConnection: true });
  await expect(insert()).rejects.toThrow(/closed|reset/i);
  expect(sent()).toBe(4);
});

test('and not at all where the server is overloaded: repeats are the writer’s', async () => {
  const errorLabels = ['SystemOverloadedError', 'RetryableError', 'NoWritesPerformed'];
  await failpoint(admin, { commands: ['insert'], times: 2, errorCode: 462, errorLabels });
  await expect(insert()).rejects.toMatchObject({ code: 462 });
  expect(sent()).toBe(1);
});
