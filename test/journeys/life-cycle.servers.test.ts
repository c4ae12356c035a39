import type { Document } from 'mongodb';
import { expect, test } from 'vitest';
import { compareWithModel } from '../../examples/cdnow/src/life-cycle/check-life-cycle.ts';
import { driveLifeCycle } from '../../examples/cdnow/src/life-cycle/drive-life-cycle.ts';
import { modelOf } from '../../examples/cdnow/src/life-cycle/model.ts';
import { LIFE_CYCLE_COLLECTIONS } from '../../examples/cdnow/src/life-cycle/operation.ts';
import { planLifeCycle } from '../../examples/cdnow/src/life-cycle/plan-life-cycle.ts';
import { readOrders } from '../../examples/cdnow/src/read-orders.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { startSystem } from './start-system.ts';

const OPERATIONS = 3_000;

test('orders live through a gateway and a worker killed half-way, to the cent', async () => {
  await using system = await startSystem();
  const gateway = await system.start('gateway');
  const worker = await system.start('worker');
  const { lives, operations } = planLifeCycle(await readOrders(), {
    operations: OPERATIONS,
    run: 'run',
  });
  let killed: Promise<unknown> | undefined;
  const report = await driveLifeCycle({
    url: gateway.url,
    database: 'headrace_demo',
    lives,
    signal: new AbortController().signal,
    onProgress: (settled) => {
      if (settled < OPERATIONS / 2) return;
      killed ??= Promise.all([
        gateway.kill().then(() => gateway.restart()),
        worker.kill().then(() => worker.restart()),
      ]);
    },
  });
  await killed;
  expect(report.settled).toBe(operations);
  expect(report.lostConnections).toBeGreaterThan(0);
  await expectBufferDrained(system);
  const models = modelOf(lives.map(({ order }) => order));
  for (const lane of ['direct', 'buffered'] as const) {
    const collection = system.client
      .db('headrace_demo')
      .collection<Document & { _id: string }>(LIFE_CYCLE_COLLECTIONS[lane]);
    const found = await compareWithModel(collection, models[lane], 'run');
    const cents = [...models[lane].accounts.values()].reduce((sum, one) => sum + one.cents, 0n);
    expect(found).toMatchObject({ differences: [], orders: models[lane].orders.size, cents });
  }
});
