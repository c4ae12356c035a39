import { waitFor } from '@headrace/testkit';
import { expect, test } from 'vitest';
import { answered, HttpCaller, type Answer, type Tier } from './http-caller.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { ORDERS_PATH, startSystem } from './start-system.ts';

test('with Redis down strong is served and eventual refused, until it is back', async () => {
  await using system = await startSystem();
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  using caller = new HttpCaller();
  let sent = 0;
  const send = async (url: string, tier: Tier): Promise<Answer> =>
    answered(await caller.insert(url + ORDERS_PATH, { n: (sent += 1) }, { tier }));
  const isServed = async (url: string): Promise<boolean> =>
    (await send(url, 'eventual')).status === 202;
  await system.redis.kill();
  const startedWithout = await system.start('gateway');

  for (const { url } of [gateway, startedWithout]) {
    const before = await system.orders.countDocuments();
    expect(await send(url, 'strong')).toMatchObject({ status: 201, body: { state: 'applied' } });
    const refused = await send(url, 'eventual');
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'buffer-unavailable', retryable: true },
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(await system.orders.countDocuments()).toBe(before + 1);
  }

  await system.redis.restart();
  for (const { url } of [gateway, startedWithout]) {
    const before = await system.orders.countDocuments();
    await waitFor(() => isServed(url), { what: 'eventual is served again' });
    await expectBufferDrained(system);
    expect(await system.orders.countDocuments()).toBe(before + 1);
  }
});
