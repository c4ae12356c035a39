import { existsSync } from 'node:fs';
import { failpoint, freshDatabaseName, testServers, waitFor } from '@headrace/testkit';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';

test('both servers come up, follow a restart, and leave no folder behind', async () => {
  const folders: string[] = [];
  {
    await using servers = await testServers();
    folders.push(servers.mongodb.folder, servers.redis.folder);
    expect(folders.map((folder) => existsSync(folder))).toEqual([true, true]);
    const redis = new Redis(servers.redis.uri);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    const pid = servers.mongodb.pid;
    await servers.mongodb.restart();
    expect(servers.mongodb.pid).not.toBe(pid);
  }
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
});

test('a fail point acts as often as asked, and no longer than its scope', async () => {
  await using servers = await testServers();
  await using client = new MongoClient(servers.mongodb.uri, { retryWrites: false });
  const orders = client.db(freshDatabaseName()).collection('orders');
  await failpoint(client, { commands: ['insert'], times: 1, errorCode: 13 });
  await expect(orders.insertOne({ n: 1 })).rejects.toMatchObject({ code: 13 });
  await orders.insertOne({ n: 2 });
  {
    const writeConcernError = { code: 64, errmsg: 'timed out' };
    await using failing = await failpoint(client, { commands: ['insert'], writeConcernError });
    for (const n of [3, 4])
      await expect(orders.insertOne({ n })).rejects.toMatchObject({ code: 64 });
    expect(failing).toBeDefined();
  }
  await orders.insertOne({ n: 5 });
  await failpoint(client, { commands: ['insert'], times: 1, closeConnection: true });
  await expect(orders.insertOne({ n: 6 })).rejects.toMatchObject({ name: 'MongoNetworkError' });
  await failpoint(client, { commands: ['insert'], times: 1, blockMs: 200 });
  const began = performance.now();
  await orders.insertOne({ n: 7 });
  expect(performance.now() - began).toBeGreaterThanOrEqual(190);
  expect((await orders.distinct('n')).sort()).toEqual([2, 3, 4, 5, 7]);
});

test('a condition that never holds is named', async () => {
  await expect(waitFor(() => false, { what: 'rain', deadlineMs: 20 })).rejects.toMatchObject({
    code: 'condition-not-met',
    message: expect.stringMatching(/in vain for: rain$/) as string,
  });
});
