import { silentLog, systemClock } from '@headrace/base';
import type { RunningServer } from '@headrace/local-servers';
import { testMongo } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdmin } from '../../src/observe/open-admin.ts';
import { ProcessChecks } from '../../src/observe/process-checks.ts';
import { openPrometheusMetrics } from '../../src/observe/prometheus-metrics.ts';

let server: RunningServer;
let client: MongoClient;
beforeAll(async () => {
  server = await testMongo();
  client = await new MongoClient(server.uri, { serverSelectionTimeoutMS: 500 }).connect();
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

/** What `/readyz` says of a process whose clock is that much ahead of the database's. */
async function ready(aheadMs: number): Promise<unknown[]> {
  const clock = { ...systemClock, epochMs: () => Date.now() + aheadMs };
  const admin = await openAdmin({
    ...{ listen: { host: '127.0.0.1', port: 0 }, log: silentLog },
    ready: new ProcessChecks({ client, clock }),
    metrics: openPrometheusMetrics(),
  });
  try {
    const response = await fetch(`${admin.address}/readyz`);
    const { failing } = (await response.json()) as { readonly failing: unknown };
    return [response.status, failing];
  } finally {
    await admin.stop();
  }
}

describe('/readyz', () => {
  it.each([0, 55_000, -55_000])('is 200 with a clock %d ms off', async (aheadMs) => {
    expect(await ready(aheadMs)).toEqual([200, []]);
  });

  it.each([65_000, -65_000])('is 503 with a clock %d ms off the database’s', async (aheadMs) => {
    expect(await ready(aheadMs)).toEqual([503, ['clock']]);
  });

  it('is 503 while the database does not answer', async () => {
    await server.kill('SIGKILL');
    expect(await ready(0)).toEqual([503, ['mongodb']]);
    await server.restart();
    await expect.poll(() => ready(0), { timeout: 10_000 }).toEqual([200, []]);
  });
});
