import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { WriteStateLookUp } from '../../src/settle/write-state-look-up.ts';
import { openTestGateway } from './test-gateway.ts';

const WRITE_ID = '0190163d-8694-739b-aea5-966c26f8ad91';

test('what only the database knows is 503 read-failed while it is away', async () => {
  await using mongo = await testMongo();
  const database = freshDatabaseName();
  const uri = `${mongo.uri}${mongo.uri.includes('?') ? '&' : '/?'}serverSelectionTimeoutMS=300`;
  const client = await new MongoClient(uri).connect();
  await using gateway = await openTestGateway({
    mongodbUri: uri,
    database,
    collections: { orders: { changes: 'direct' } },
    findWrite: new WriteStateLookUp({ client, database: `${database}_own`, collections: {} }),
  });
  await mongo.kill();
  const replay = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  };
  const asked: readonly (readonly [string, RequestInit?])[] = [
    [`${gateway.base}/orders/A-1`],
    [`${gateway.url}/v1/writes/${WRITE_ID}`],
    [`${gateway.url}/v1/dead-letters`],
    [`${gateway.url}/v1/dead-letters/${WRITE_ID}`],
    [`${gateway.url}/v1/dead-letters/${WRITE_ID}`, { method: 'DELETE' }],
    [`${gateway.url}/v1/dead-letters/replay`, replay],
  ];
  const answers = await Promise.all(
    asked.map(async ([url, init]) => {
      const response = await fetch(url, init);
      const { code } = (await response.json()) as { code?: string };
      return [response.status, code, response.headers.get('retry-after')];
    }),
  );
  expect(answers).toEqual(asked.map(() => [503, 'read-failed', '1']));
  await client.close();
});
