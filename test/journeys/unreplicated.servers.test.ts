import { wireProxy } from '@headrace/testkit';
import { expect, test } from 'vitest';
import type { Tier } from './http-caller.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { Load } from './load.ts';
import { ORDERS, ORDERS_PATH, startSystem } from './start-system.ts';

const MAJORITY = { w: 'majority', j: true, wtimeout: 5_000 };
const CONCERNS: Readonly<Record<Tier, object>> = {
  strong: MAJORITY,
  eventual: MAJORITY,
  balanced: { w: 2, j: true, wtimeout: 5_000 },
};

// A stand-in: a set of three that acknowledges w:1 and forgets it, as a fail-over can.
test('a set that forgets what only its primary has loses no acknowledged write', async () => {
  await using system = await startSystem();
  await using set = await wireProxy({ target: system.mongodb });
  set.forgetUnreplicated(true);
  const viaSet = { mongodbUri: set.uri, allowLower: false };
  const [gateway, worker] = await Promise.all([
    system.start('gateway', viaSet),
    system.start('worker', viaSet),
  ]);
  const urls = [gateway.url + ORDERS_PATH];
  for (const tier of ['strong', 'eventual', 'balanced'] as const) {
    await system.orders.deleteMany({});
    const before = set.commands.length;
    using load = new Load({ writes: 300, urls, name: tier, tiers: [tier] });
    await expectNothingLost(system, load);
    const inserts = set.commands
      .slice(before)
      .filter(({ name, namespace }) => name === 'insert' && namespace === ORDERS);
    expect(inserts.length).toBeGreaterThan(0);
    for (const { writeConcern } of inserts) expect(writeConcern).toEqual(CONCERNS[tier]);
  }
  expect(set.commands.filter(({ writeConcern }) => writeConcern?.['w'] === 1)).toEqual([]);
  expect([...(await readDeadLetters(system))]).toEqual([]);
  // The stand-in goes before the rest: its members are gone, so both processes end first.
  await Promise.all([gateway.stop(), worker.stop()]);
});
