import { afterEach, describe, expect, it } from 'vitest';
import { orderDocument } from '../src/order-document.ts';
import { BULK_ORDERS } from '../src/plan-replay.ts';
import { readOrders, type Order } from '../src/read-orders.ts';
import { replay } from '../src/replay.ts';
import { GatewayStandIn, type Fault } from './gateway-stand-in.ts';

const standIns: GatewayStandIn[] = [];

async function listen(
  faultOf: (key: string, nthTry: number) => Fault | undefined = () => undefined,
) {
  const gateway = new GatewayStandIn(faultOf);
  standIns.push(gateway);
  return { gateway, url: await gateway.listen() };
}

afterEach(async () => {
  await Promise.all(standIns.splice(0).map((one) => one.close()));
});

const orders = (await readOrders()).slice(0, 3 * BULK_ORDERS + 300);

/** Says for each order which idempotency key the API promises it. */
function expectedWrites(): Map<string, [tier: string, body: string]> {
  const tiers = ['balanced', 'strong', 'eventual'];
  return new Map(
    orders.map((order) => {
      const nthInBulks = order.line / 3 - 1;
      const bulk = `bulk-${Math.floor(nthInBulks / BULK_ORDERS) + 1}`;
      const bulkLine = `${bulk}/${(nthInBulks % BULK_ORDERS) + 1}`;
      const idempotencyKey = order.line % 3 === 0 ? bulkLine : String(order.line);
      return [idempotencyKey, [tiers[order.line % 3] ?? '', orderDocument(order)]];
    }),
  );
}

function seenWrites(gateway: GatewayStandIn): Map<string, unknown[]> {
  return new Map([...gateway.writes].map(([key, { tier, body }]) => [key, [tier, body]]));
}

describe('the replay', () => {
  it('sends every order once, a third each way, under its own idempotency key', async () => {
    const { gateway, url } = await listen();
    const progress: number[] = [];
    const report = await replay({ url, orders, onProgress: (done) => progress.push(done) });
    expect(seenWrites(gateway)).toEqual(expectedWrites());
    expect(new Set([...gateway.writes.values()].map(({ path }) => path))).toEqual(
      new Set([
        '/v1/db/headrace_demo/orders',
        '/v1/db/headrace_demo/orders/_bulk?results=failures',
      ]),
    );
    expect(report).toMatchObject({
      acknowledged: 6_300,
      sentAgain: 0,
      lostConnections: 0,
      ways: {
        strong: { acknowledged: 2_100, replayed: 0, statuses: { 201: 2_100 } },
        eventual: { acknowledged: 2_100, replayed: 0, statuses: { 202: 2_100 } },
        balanced: { acknowledged: 2_100, statuses: { 200: 2 } },
      },
    });
    expect(progress.at(-1)).toBe(6_300);
    expect(gateway.mostAtOnce).toBeGreaterThan(1);
    expect(gateway.mostAtOnce).toBeLessThanOrEqual(64);
  });

  it('sends the same under the same idempotency keys on a second run', async () => {
    const { gateway, url } = await listen();
    await replay({ url, orders });
    const { ways } = await replay({ url, orders });
    expect(gateway.conflicts).toEqual([]);
    expect(gateway.writes.size).toBe(6_300);
    expect([ways.strong.replayed, ways.eventual.replayed]).toEqual([2_100, 2_100]);
  });

  it('sends again after every kind of misfortune', async () => {
    const faults: Readonly<Record<string, readonly Fault[]>> = {
      1: ['busy'],
      2: ['dropped', 'busy'],
      4: ['lost-answer'],
      5: ['lost-answer', 'dropped'],
      'bulk-1': ['dropped', 'lost-answer', 'line-failed'],
    };
    const { gateway, url } = await listen((key, nthTry) => faults[key]?.[nthTry - 1]);
    const { ways, sentAgain, acknowledged } = await replay({ url, orders });
    expect(seenWrites(gateway)).toEqual(expectedWrites());
    expect(gateway.conflicts).toEqual([]);
    expect({ acknowledged, sentAgain }).toEqual({ acknowledged: 6_300, sentAgain: 9 });
    expect(ways.strong).toEqual({
      acknowledged: 2_100,
      replayed: 1,
      statuses: { 201: 2_100, 503: 1 },
    });
  });

  it('waits before it sends again for as long as it is told', async () => {
    const { gateway, url } = await listen((_, nthTry) => (nthTry === 1 ? 'busy' : undefined));
    const { elapsedMs } = await replay({ url, orders: orders.slice(0, 1) });
    expect(gateway.writes.size).toBe(1);
    expect(elapsedMs).toBeGreaterThan(950);
  });

  it('goes on when the gateway dies half-way and is started again at the same address', async () => {
    const first = new GatewayStandIn(() => undefined);
    const url = await first.listen();
    const second = new GatewayStandIn(() => undefined);
    standIns.push(second);
    let restarted: Promise<string> | undefined;
    const report = await replay({
      url,
      orders,
      onProgress: (done) => {
        if (done > 3_000)
          restarted ??= first.close().then(() => second.listen(Number(new URL(url).port)));
      },
    });
    expect(await restarted).toBe(url);
    expect(new Map([...seenWrites(first), ...seenWrites(second)])).toEqual(expectedWrites());
    expect(report.lostConnections).toBeGreaterThan(0);
  });

  it('fails at once, leaving nothing under way, when a write is refused for good', async () => {
    const { gateway, url } = await listen((key) => (key === '5' ? 'refused' : undefined));
    await expect(replay({ url, orders })).rejects.toThrow(/refused order 5: 422 .*schema-refused/);
    expect(gateway.writes.size).toBeLessThan(6_300);
  });

  it('gives up on a gateway that never takes a write', async () => {
    const { url } = await listen(() => 'dropped');
    const few: Order[] = orders.slice(0, 2);
    await expect(replay({ url, orders: few, giveUpAfterMs: 250 })).rejects.toThrow(/Gave up/);
  });

  it('stops when told to', async () => {
    const { url } = await listen();
    const stop = new AbortController();
    const onProgress = (): void => {
      stop.abort(new DOMException('enough', 'AbortError'));
    };
    const replaying = replay({ url, orders, signal: stop.signal, onProgress });
    await expect(replaying).rejects.toThrow('enough');
  });
});
