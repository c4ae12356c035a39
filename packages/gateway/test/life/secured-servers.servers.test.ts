import type { RunningServer } from '@headrace/local-servers';
import {
  selfSignedCertificate,
  temporaryFolder,
  testMongo,
  testRedis,
  waitFor,
  type TemporaryFolder,
} from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBoth, type RunningGateway } from '../../src/compose.ts';
import { loadConfiguration } from '../../src/configuration/load-configuration.ts';

// A MongoDB with users and TLS, a Redis with a password: the whole process, both lanes.
let folder: TemporaryFolder;
let mongodb: RunningServer;
let redis: RunningServer;
let tls = '';

beforeAll(async () => {
  folder = await temporaryFolder();
  const { cert, key } = await selfSignedCertificate(folder.path);
  tls = `&tls=true&tlsCAFile=${encodeURIComponent(cert)}`;
  const extraArgs = ['--auth', '--tls-cert-file', cert, '--tls-key-file', key];
  mongodb = await testMongo({ extraArgs });
  redis = await testRedis({ extraArgs: ['--requirepass', 'secret'] });
  const first = await new MongoClient(mongodb.uri + tls).connect();
  await first.db('admin').command({ createUser: 'root', pwd: 'pw', roles: ['root'] });
  await first.close();
  const root = await new MongoClient(uriOf('root')).connect();
  const users = {
    app: { shop: 'readWrite', headrace: 'readWrite' },
    reader: { shop: 'read', headrace: 'readWrite' },
    guest: { shop: 'readWrite' },
    looker: { shop: 'readWrite', headrace: 'read' },
  };
  for (const [user, rights] of Object.entries(users)) {
    const roles = Object.entries(rights).map(([db, role]) => ({ role, db }));
    await root.db('admin').command({ createUser: user, pwd: 'p@ss/word', roles });
  }
  await root.close();
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await mongodb[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function uriOf(user: string, password = user === 'root' ? 'pw' : 'p@ss/word'): string {
  const credentials = `${user}:${encodeURIComponent(password)}`;
  return `${mongodb.uri.replace('://', `://${credentials}@`)}${tls}&authSource=admin`;
}

async function openAs(uri: string): Promise<RunningGateway> {
  const anywhere = '127.0.0.1:0';
  const configuration = await loadConfiguration({
    text: JSON.stringify({
      ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
      mongodb: { uri },
      redis: { uri: `redis://:secret@127.0.0.1:${redis.port}` },
      collections: { 'shop.orders': { idType: 'string' } },
      log: { level: 'silent' },
    }),
  });
  return await openBoth(configuration);
}

function insert({ url }: RunningGateway, tier: string, id: string): Promise<Response> {
  return fetch(`${url}/v1/db/shop/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-consistency': tier },
    body: JSON.stringify({ _id: id }),
  });
}

test('both lanes work over TLS with a user that may write there', async () => {
  const gateway = await openAs(uriOf('app'));
  expect((await insert(gateway, 'strong', 'direct')).status).toBe(201);
  expect((await insert(gateway, 'eventual', 'buffered')).status).toBe(202);
  const root = await new MongoClient(uriOf('root')).connect();
  const orders = root.db('shop').collection('orders');
  await waitFor(async () => (await orders.countDocuments()) === 2, { what: 'both are stored' });
  await root.close();
  await gateway.stop();
});

test('a wrong password is told at the start, with what to check, and never shown', async () => {
  const wrong = openAs(uriOf('app', 'wrong-one'));
  await expect(wrong).rejects.toMatchObject({ code: 'mongodb-refuses-user' });
  const message = await wrong.catch((error: unknown) => String(error));
  expect(message).toContain('authSource');
  expect(message).not.toContain('wrong-one');
});

test.each(['guest', 'looker'])(
  '%s, without rights on the records, is told at the start which role is missing, and how to give it',
  async (user) => {
    const refused = openAs(uriOf(user));
    const grant = `grantRolesToUser("${user}", [{ role: "readWrite", db: "headrace" }])`;
    await expect(refused).rejects.toMatchObject({
      code: 'no-rights-on-records',
      message: expect.stringContaining(grant) as string,
    });
    const root = await new MongoClient(uriOf('root')).connect();
    await root.db('admin').command({
      grantRolesToUser: user,
      roles: [{ role: 'readWrite', db: 'headrace' }],
    });
    await root.close();
    const gateway = await openAs(uriOf(user));
    expect((await insert(gateway, 'strong', user)).status).toBe(201);
    await gateway.stop();
  },
);

test('a server with users is not entered without one', async () => {
  await expect(openAs(`${mongodb.uri}${tls}`)).rejects.toMatchObject({
    code: 'mongodb-refuses-user',
  });
});

test('a certificate nobody vouches for is told at the start', async () => {
  const untrusted = uriOf('app').replace(/&tlsCAFile=[^&]*/, '');
  await expect(openAs(untrusted)).rejects.toMatchObject({ code: 'mongodb-not-reached' });
});

test('a user who may only read there is answered no-permission', async () => {
  const gateway = await openAs(uriOf('reader'));
  const answer = await insert(gateway, 'strong', 'refused');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'no-permission' });
  await gateway.stop();
});
