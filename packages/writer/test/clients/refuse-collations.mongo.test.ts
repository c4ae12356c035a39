import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { openWriter } from '../../src/compose.ts';

test('a collection with a collation is refused by name; one with the simple one, or none yet, is not', async () => {
  await using server = await testMongo();
  await using client = new MongoClient(server.uri);
  const name = freshDatabaseName();
  const database = client.db(name);
  await database.createCollection('people', { collation: { locale: 'en', strength: 2 } });
  await database.createCollection('plain');
  const options = { uri: server.uri, database: `${name}_headrace` };
  const people = openWriter({
    ...options,
    collections: { [`${name}.plain`]: {}, [`${name}.people`]: {} },
  });
  await expect(people).rejects.toMatchObject({
    code: 'collation-not-offered',
    details: { namespace: `${name}.people`, locale: 'en' },
  });
  const writer = await openWriter({
    ...options,
    collections: { [`${name}.plain`]: {}, [`${name}.new`]: {} },
  });
  await writer.stop();
});
