import { findMongod, findServers, type MongoSource } from '@headrace/local-servers';
import { expect, test } from 'vitest';

const missing = (name: string): MongoSource => ({ name, find: () => Promise.resolve('not here') });
const having = (path: string): MongoSource => ({
  name: path,
  find: () => Promise.resolve({ kind: 'mongod', path }),
});

test('the first source that has a program wins', async () => {
  const sources = [missing('first'), having('/second'), having('/third')];
  expect(await findMongod({ sources })).toEqual({ kind: 'mongod', path: '/second' });
});

test('where no source has one, the error names each with its reason', async () => {
  const sources = [missing('first'), missing('second')];
  await expect(findMongod({ sources })).rejects.toMatchObject({
    code: 'no-mongodb-program',
    message: expect.stringMatching(/first: not here\n- second: not here[^]*MONGODB_URI/) as string,
  });
});

test('servers given by address are used as they are and nothing is started', async () => {
  const given = { mongodbUri: 'mongodb://given', redisUrl: 'redis://given' };
  await using found = await findServers({ ...given, folder: '/nonexistent' });
  expect(found).toMatchObject({ ...given, started: {} });
});
