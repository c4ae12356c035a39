import { testMongo, wireProxy } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { Members } from '../../src/clients/members.ts';

test('one member holds data; three in the stand-in; a primary is in sight until it is gone', async () => {
  await using server = await testMongo();
  const client = new MongoClient(server.uri, { serverSelectionTimeoutMS: 300 });
  const members = await Members.open(client);
  expect([members.dataBearingMembers(), members.inSight]).toEqual([1, true]);
  expect(await members.find()).toBeUndefined();
  await using proxy = await wireProxy({ target: server });
  const three = new MongoClient(proxy.uri);
  expect((await Members.open(three)).dataBearingMembers()).toBe(3);
  await three.close();
  await server.kill();
  await expect.poll(() => members.inSight).toBe(false);
  expect(await members.find()).toMatch(/ECONNREFUSED|timed out/i);
  expect(members.dataBearingMembers()).toBe(1);
  await server.restart();
  await expect.poll(() => members.find(), { timeout: 10_000 }).toBeUndefined();
  expect(members.inSight).toBe(true);
  await client.close();
});

test('a standalone is refused by name', async () => {
  await using server = await testMongo({ extraArgs: ['--standalone'] });
  const client = new MongoClient(server.uri.replace(/\?.*/, ''));
  await expect(Members.open(client)).rejects.toMatchObject({
    code: 'standalone-server',
    details: { address: expect.stringContaining(String(server.port)) as unknown },
  });
  await client.close();
});
