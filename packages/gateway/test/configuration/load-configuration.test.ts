import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadraceError, type ConfigurationProblem } from '@headrace/base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  completeDraft,
  loadConfiguration,
  loadDraft,
} from '../../src/configuration/load-configuration.ts';

const MONGODB = 'mongodb: { uri: "mongodb://127.0.0.1:27017/?replicaSet=rs0" }\n';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headrace-configuration-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function problemsOf(text: string): Promise<readonly ConfigurationProblem[]> {
  const error: unknown = await loadConfiguration({ text, folder }).catch((error: unknown) => error);
  if (!(error instanceof HeadraceError)) throw error;
  expect(error.code).toBe('bad-configuration');
  return error.details['problems'] as readonly ConfigurationProblem[];
}

describe('a configuration', () => {
  test('needs only a MongoDB; everything else has its default', async () => {
    expect(await loadConfiguration({ text: MONGODB })).toEqual({
      listen: { host: '127.0.0.1', port: 8080 },
      adminListen: { host: '127.0.0.1', port: 8081 },
      workerListen: { host: '127.0.0.1', port: 8082 },
      mongodb: {
        uri: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
        database: 'headrace',
        maxPoolSize: 64,
      },
      tiers: { allowLower: false },
      buffer: { partitions: 16, maxEntries: 250_000 },
      limits: { inFlightBytes: 67_108_864, requestBytes: 33_554_432 },
      collections: {},
      log: { level: 'info' },
    });
  });

  test('gives a collection its defaults, and Redis its own', async () => {
    const text = `${MONGODB}redis: { uri: 'redis://127.0.0.1' }\ncollections: { shop.orders: {} }`;
    const { redis, collections } = await loadConfiguration({ text });
    expect(redis).toEqual({ uri: 'redis://127.0.0.1', prefix: 'hr', minReplicas: 0 });
    expect(collections).toEqual({
      'shop.orders': { tier: 'strong', changes: 'none', idType: 'uuid', types: {} },
    });
  });

  test('reads secrets from files beside it', async () => {
    await writeFile(join(folder, 'mongodb.uri'), 'mongodb://me:pw@127.0.0.1/\n');
    await writeFile(join(folder, 'headrace.yaml'), 'mongodb: { uriFile: ./mongodb.uri }');
    const configuration = await loadConfiguration({ path: join(folder, 'headrace.yaml') });
    expect(configuration.mongodb.uri).toBe('mongodb://me:pw@127.0.0.1/');
    expect(Object.isFrozen(configuration.mongodb)).toBe(true);
  });

  test('without its file says so, with the file it looked for', async () => {
    const path = join(folder, 'missing.yaml');
    await expect(loadConfiguration({ path })).rejects.toThrow(
      `${path} is not valid:\n  can not be read (ENOENT`,
    );
  });

  test('lists all problems at once, whatever they are', async () => {
    const problems = await problemsOf(
      'lisen: 127.0.0.1:1\nmongodb: { uriFile: ./none }\nbuffer: { partitions: 0 }\n' +
        'collections: { orders: {}, shop.orders: { tier: strongest, changes: both, types: { total: money } } }\n',
    );
    expect(problems.map(({ path }) => path)).toEqual([
      'lisen',
      'mongodb.uriFile',
      'collections.orders',
      'collections["shop.orders"].tier',
      'collections["shop.orders"].changes',
      'collections["shop.orders"].types.total',
      'buffer.partitions',
    ]);
    expect(problems[0]).toMatchObject({ nearest: 'listen' });
    expect(problems[4]?.text).toContain('none, direct');
  });

  test.each([
    ['a name given twice', 'listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n', 'line 2, column 1'],
    ['a syntax error', 'listen: 127.0.0.1:1\nmongodb: { uri: "x\n', 'line 3, column 1'],
    ['an unknown tag', 'listen: !secret x\n', 'line 1, column 9'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'line 2, column 1'],
  ])('%s is told with its line and column', async (_, text, path) => {
    const problems = await problemsOf(text);
    expect(problems[0]?.path).toBe(path);
  });

  test('a problem shows nothing of a secret', async () => {
    const texts = [
      'mongodb: { uri: "hunter2" }',
      'mongodb: { uri: "hunter2',
      'mongodb: { uri: [hunter2] }',
    ];
    for (const text of texts) {
      const problems = await problemsOf(text);
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    }
  });

  test('aliases that grow without end are refused', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i += 1) {
      const alias = `*a${i - 1}`;
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => alias).join(', ')}]`);
    }
    expect(await problemsOf(lines.join('\n'))).toHaveLength(1);
  });

  test.each(['', '# nothing but a comment\n', '{}'])(
    'that is empty lacks only its MongoDB: %j',
    async (text) => {
      expect((await problemsOf(text)).map(({ path }) => path)).toEqual(['mongodb.uri']);
    },
  );

  test('does not let callers write where Headrace keeps its own records', async () => {
    const text =
      'mongodb: { uri: "mongodb://h", database: own }\ncollections: { own.ledger: {}, owner.x: {} }';
    expect(await problemsOf(text)).toMatchObject([{ path: 'collections["own.ledger"]' }]);
  });
});

describe('changes: buffered', () => {
  const buffered = 'collections: { shop.carts: { changes: buffered }, shop.orders: {} }\n';

  test('needs a Redis at start, not at the first change', async () => {
    expect(await problemsOf(`${MONGODB}${buffered}`)).toMatchObject([
      { path: 'collections["shop.carts"].changes' },
    ]);
    const redis = "redis: { uri: 'redis://127.0.0.1' }\n";
    const { collections } = await loadConfiguration({ text: `${MONGODB}${redis}${buffered}` });
    expect(collections['shop.carts']?.changes).toBe('buffered');
  });

  test('is fine in a draft once a Redis was found', async () => {
    const draft = await loadDraft({ text: buffered });
    const found = { mongodbUri: 'mongodb://found', redisUri: 'redis://found' };
    expect(completeDraft(draft, found).redis?.uri).toBe('redis://found');
    expect(() => completeDraft(draft, { mongodbUri: 'mongodb://found' })).toThrow(
      'collections["shop.carts"].changes: buffered needs a Redis',
    );
  });
});

describe('a draft', () => {
  test('may name no servers, and is completed with those that were found', async () => {
    const draft = await loadDraft({ text: 'mongodb: { database: own }' });
    expect(draft.mongodb).not.toHaveProperty('uri');
    const found = { mongodbUri: 'mongodb://found', redisUri: 'redis://found' };
    const complete = completeDraft(draft, found);
    expect(complete.mongodb).toMatchObject({ uri: 'mongodb://found', database: 'own' });
    expect(complete.redis).toEqual({ uri: 'redis://found', prefix: 'hr', minReplicas: 0 });
    expect(Object.isFrozen(complete) && Object.isFrozen(complete.redis)).toBe(true);
  });

  test('keeps the servers it names', async () => {
    const draft = await loadDraft({
      text: `${MONGODB}redis: { uri: 'redis://named', prefix: mine }`,
    });
    const complete = completeDraft(draft, {
      mongodbUri: 'mongodb://found',
      redisUri: 'redis://found',
    });
    expect(complete).toEqual(draft);
  });

  test('has no buffered lane without a Redis, and can not be completed without a MongoDB', async () => {
    const draft = await loadDraft({ text: '' });
    expect(completeDraft(draft, { mongodbUri: 'mongodb://found' })).not.toHaveProperty('redis');
    expect(() => completeDraft(draft, {})).toThrow('mongodb.uri: missing');
  });

  test('is checked like any other', async () => {
    await expect(loadDraft({ text: 'redis: { prefix: "{}" }' })).rejects.toThrow(
      'redis.prefix: expected',
    );
  });
});
