import { failpoint, testMongo } from '@headrace/testkit';
import type { RunningServer } from '@headrace/local-servers';
import { noMetrics, silentLog, systemClock, type Metrics } from '@headrace/base';
import type { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClient } from '../../src/clients/open-client.ts';
import { PoolUse } from '../../src/clients/pool-use.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await testMongo();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Connections that were begun, and those that were ready to be used. */
function counted() {
  const count = {
    created: 0,
    ready: 0,
    follow: (client: MongoClient): void => {
      client.on('connectionCreated', () => (count.created += 1));
      client.on('connectionReady', () => (count.ready += 1));
    },
  };
  return count;
}

test('a client has its connections before the first write, however many at a time are opened', async () => {
  const count = counted();
  const client = await openClient({
    ...{ uri: server.uri, maxPoolSize: 40, warmConnections: 20 },
    follow: count.follow,
  });
  expect(count.ready).toBeGreaterThanOrEqual(20);
  const { created } = count;
  const orders = client.db('warm').collection('orders');
  await Promise.all(Array.from({ length: 20 }, (_, n) => orders.insertOne({ n })));
  expect([count.created, await orders.countDocuments()]).toEqual([created, 20]);
  await client.close();
});

test('no more connections than the pool may have, and no wait without an end, whatever the URI says', async () => {
  const count = counted();
  const client = await openClient({
    uri: `${server.uri}&waitQueueTimeoutMS=0&maxPoolSize=0&minPoolSize=30&maxIdleTimeMS=0`,
    ...{ maxPoolSize: 4, warmConnections: 6, follow: count.follow },
  });
  const orders = client.db('pool').collection('orders');
  await Promise.all(Array.from({ length: 40 }, (_, n) => orders.insertOne({ n })));
  expect([count.ready, await orders.countDocuments()]).toEqual([4, 40]);
  expect(client.options).toMatchObject({ maxPoolSize: 4, minPoolSize: 4 });
  expect(client.options.waitQueueTimeoutMS).toBeGreaterThan(0);
  expect(client.options.maxIdleTimeMS).toBeGreaterThan(0);
  await client.close();
});

/** Gauges as they were set last. */
function gauges(): { readonly metrics: Metrics; readonly values: Map<string, number> } {
  const values = new Map<string, number>();
  const gauge: Metrics['gauge'] = ({ name }) => ({
    set: (_labels, value) => void values.set(name, value),
  });
  return { metrics: { ...noMetrics, gauge }, values };
}

test('gauges show what is open and in use; one line says that the pool is too small', async () => {
  const { metrics, values } = gauges();
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: (fields: unknown) => void warnings.push(fields) };
  // Twenty times as fast, so that a few commands last for a window of 5 s.
  const clock = { ...systemClock, monotonicMs: () => performance.now() * 20 };
  const use = new PoolUse({ metrics, log, clock, maxPoolSize: 2 });
  const client = await openClient({
    ...{ uri: server.uri, maxPoolSize: 2, warmConnections: 2 },
    follow: (one) => {
      use.follow(one);
    },
  });
  const read = (name: string): number | undefined => {
    use.report(3);
    return values.get(`writer_${name}`);
  };
  expect([read('connections_open'), read('connections_in_use')]).toEqual([2, 0]);
  expect([read('sessions_in_use'), warnings]).toEqual([3, []]);
  await failpoint(client, { commands: ['insert'], times: 30, blockMs: 30 });
  const orders = client.db('use').collection('orders');
  const inserts = Promise.all(Array.from({ length: 30 }, (_, n) => orders.insertOne({ n })));
  await expect.poll(() => read('connections_in_use')).toBe(2);
  await expect.poll(() => read('connections_needed')).toBeGreaterThan(2);
  expect(warnings).toEqual([expect.objectContaining({ maxPoolSize: 2 })]);
  await inserts;
  await client.close();
  expect([read('connections_open'), read('connections_in_use')]).toEqual([0, 0]);
});

test('writers of one process share their gauges, as long as they have connections', async () => {
  const { metrics, values } = gauges();
  const options = { ...{ metrics, log: silentLog, clock: systemClock }, maxPoolSize: 4 };
  const uses = [new PoolUse(options), new PoolUse(options)];
  const counts = [counted(), counted()];
  const clients = await Promise.all(
    uses.map((use, at) =>
      openClient({
        ...{ uri: server.uri, maxPoolSize: 4, warmConnections: 3 },
        follow: (one) => {
          use.follow(one);
          counts[at]?.follow(one);
        },
      }),
    ),
  );
  uses[1]?.report(2);
  uses[0]?.report(1);
  const [one = 0, other = 0] = counts.map(({ ready }) => ready);
  expect(Math.min(one, other)).toBeGreaterThanOrEqual(3);
  expect(values.get('writer_connections_open')).toBe(one + other);
  expect(values.get('writer_sessions_in_use')).toBe(3);
  await clients[1]?.close();
  uses[0]?.report(1);
  expect(values.get('writer_connections_open')).toBe(one);
  expect(values.get('writer_sessions_in_use')).toBe(1);
  await clients[0]?.close();
});
