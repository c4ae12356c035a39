import { systemClock, type Clock, type Metrics } from '@headrace/base';
import type { RunningServer } from '@headrace/local-servers';
import { freshDatabaseName, StandInMongos, testMongo, waitFor } from '@headrace/testkit';
import { Long, MaxKey, MinKey, MongoClient, type Document } from 'mongodb';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { openWriter, type Writer } from '../../src/index.ts';

const shardNames = ['north', 'middle', 'south'];
const chunksEach = 12;
/** Callers that write one document after the other. */
const callers = 3000;

/** How each collection is sharded; bounds divide what the documents below hold. */
const shardings = {
  ranged: { key: { customer: 1 }, boundAt: (part: number) => [Math.round(part * 10_000)] },
  compound: {
    key: { region: 1, 'order.n': 1 },
    boundAt: (part: number) => [`region ${Math.floor(part * 6)}`, Math.round(part * 600) % 100],
  },
  hashed: {
    key: { customer: 'hashed' },
    boundAt: (part: number) => [Long.fromBigInt(BigInt(Math.round((part - 0.5) * 2 ** 53)) << 11n)],
  },
} as const;
const collections = Object.keys(shardings) as (keyof typeof shardings)[];

let servers: RunningServer[];
let shards: MongoClient[];
let mongos: StandInMongos;
let database: string;
let writer: Writer | undefined;
let skippedMs: number;
let loads: number;

beforeAll(async () => {
  servers = await Promise.all(shardNames.map(() => testMongo({ syncOnCommit: false })));
  shards = servers.map(({ uri }) => new MongoClient(uri));
  mongos = await StandInMongos.open(
    shardNames.map((name, n) => ({ name, server: servers[n] as RunningServer })),
  );
});
afterAll(async () => {
  await mongos.close();
  await Promise.all(shards.map((shard) => shard.close()));
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
});
beforeEach(async () => {
  database = freshDatabaseName();
  skippedMs = 0;
  loads = 0;
  await placeChunks('in turn');
});
afterEach(async () => {
  await writer?.stop();
  writer = undefined;
  mongos.refuseMetadata(false);
});

/** The machine's clock, which can be moved on. */
const clock: Clock = {
  monotonicMs: () => systemClock.monotonicMs() + skippedMs,
  epochMs: () => systemClock.epochMs(),
};

const metrics: Metrics = {
  gauge: () => ({ set: () => undefined }),
  counter: ({ name }) => ({
    add: () => (loads += Number(name === 'writer_shard_map_loads_total')),
  }),
  histogram: () => ({ observe: () => undefined }),
};

async function open(changes: 'direct' | 'none' = 'direct'): Promise<void> {
  // With `changes` a collection may be sharded by anything; keyless inserts need no ledger.
  const listed = collections.map((name) => [`${database}.${name}`, { changes }] as const);
  writer = await openWriter({
    ...{ uri: mongos.uri, database: `${database}_headrace`, clock, metrics },
    collections: Object.fromEntries(listed),
  });
}

/** Chunks lie on the shards in turn, or side by side. */
async function placeChunks(way: 'in turn' | 'side by side'): Promise<void> {
  for (const collection of collections) {
    const { key, boundAt } = shardings[collection];
    const paths = Object.keys(key);
    const bounds = [
      paths.map(() => new MinKey()),
      ...Array.from({ length: chunksEach - 1 }, (_, n) => boundAt((n + 1) / chunksEach)),
      paths.map(() => new MaxKey()),
    ];
    const bound = (n: number): Document =>
      Object.fromEntries(paths.map((path, field) => [path, bounds[n]?.[field]]));
    const chunks = Array.from({ length: chunksEach }, (_, n) => ({
      ...{ min: bound(n), max: bound(n + 1) },
      shard: shardNames[way === 'in turn' ? n % 3 : Math.floor((n * 3) / chunksEach)] as string,
    }));
    await mongos.setChunks(`${database}.${collection}`, { key, chunks });
  }
}

/** Inserts documents by many callers at once; rejects when one is refused. */
async function write(documents: number): Promise<void> {
  let left = documents;
  const call = async (): Promise<void> => {
    while (left > 0) {
      const n = left--;
      const document = {
        customer: (n * 7919) % 10_000,
        region: `region ${n % 6}`,
        order: { n: (n * 31) % 100 },
      };
      const collection = collections[n % collections.length] as string;
      await writer?.collection(`${database}.${collection}`).insertOne(document);
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
}

/** Of the commands since then, the part that touched more than one shard. */
function cutSince(first: number): number {
  const commands = mongos.commands.slice(first).filter(({ name }) => name === 'insert');
  expect(commands.length).toBeGreaterThan(20);
  return commands.filter(({ shards: touched }) => touched.length > 1).length / commands.length;
}

async function stored(): Promise<number> {
  const counts = shards.flatMap((shard) =>
    collections.map((collection) => shard.db(database).collection(collection).countDocuments()),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

test('100,000 writes touch one shard a command, before chunks move and once that is known', async () => {
  await open();
  const first = mongos.commands.length;
  await write(40_000);
  const before = cutSince(first);
  await placeChunks('side by side');
  const moved = mongos.commands.length;
  await write(20_000);
  const stale = cutSince(moved);
  skippedMs += 60_000;
  await waitFor(() => loads === 6, { what: 'the maps of all three collections are read again' });
  const refreshed = mongos.commands.length;
  await write(40_000);
  const after = cutSince(refreshed);
  expect(before).toBeLessThanOrEqual(0.01);
  expect(stale).toBeGreaterThan(0.5);
  expect(after).toBeLessThanOrEqual(0.01);
  expect(await stored()).toBe(100_000);
});

test('without the maps nearly every command touches several shards', async () => {
  mongos.refuseMetadata(true);
  await open();
  const first = mongos.commands.length;
  await write(20_000);
  expect(cutSince(first)).toBeGreaterThan(0.9);
  expect(await stored()).toBe(20_000);
});

test('an insert-only collection has to be sharded by its _id', async () => {
  await expect(open('none')).rejects.toMatchObject({
    code: 'shard-key-not-in-id',
    details: { namespace: `${database}.ranged`, key: { customer: 1 } },
  });
});
