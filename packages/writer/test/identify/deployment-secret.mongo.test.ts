import { freshDatabaseName, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDeploymentSecret } from '../../src/identify/deployment-secret.ts';

let server: RunningServer;
let clients: MongoClient[];

beforeAll(async () => {
  server = await testMongo();
  clients = Array.from({ length: 8 }, () => new MongoClient(server.uri));
  await Promise.all(clients.map((client) => client.connect()));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server[Symbol.asyncDispose]();
});

const all = (database: string): Promise<Buffer[]> =>
  Promise.all(clients.map((client) => loadDeploymentSecret(client, database)));

test('first starts at once share one secret, and later starts find it', async () => {
  const secrets = new Set<string>();
  for (let round = 0; round < 10; round += 1) {
    const database = freshDatabaseName();
    const found = new Set((await all(database)).map((secret) => secret.toString('hex')));
    expect([...found]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(new Set((await all(database)).map((secret) => secret.toString('hex')))).toEqual(found);
    for (const secret of found) secrets.add(secret);
  }
  expect(secrets.size).toBe(10);
});

test('a record that is not ours refuses to start', async () => {
  const [client] = clients as [MongoClient];
  const records = [{}, { secret: 'text' }, { secret: Buffer.alloc(31) }, { secret: null }];
  for (const record of records) {
    const database = freshDatabaseName();
    await client
      .db(database)
      .collection('deployment')
      .insertOne({ _id: 1 as never, ...record });
    await expect(loadDeploymentSecret(client, database)).rejects.toMatchObject({
      code: 'bad-deployment',
    });
  }
});
