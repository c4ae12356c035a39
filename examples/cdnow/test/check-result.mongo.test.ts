import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongo } from '@headrace/local-servers';
import { Decimal128, MongoClient, type Collection } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkResult, waitUntilApplied } from '../src/check-result.ts';
import { expectedFigures } from '../src/expected-figures.ts';
import { ordersFile, readOrders } from '../src/read-orders.ts';

const LINES = 3_000;
const documents = (await readOrders()).slice(0, LINES).map((order) => ({
  ...order,
  total: Decimal128.fromString(order.total),
}));
const figures = await expectedFigures(ordersFile, LINES);

describe('the check of the result', () => {
  let stop: () => Promise<void>;
  let orders: Collection;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'headrace-cdnow-'));
    const server = await startMongo({ folder });
    const client = await new MongoClient(server.uri).connect();
    orders = client.db('headrace_demo').collection('orders');
    stop = async () => {
      await client.close();
      await server.stop();
      await rm(folder, { recursive: true });
    };
  });
  afterAll(() => stop());

  beforeEach(async () => {
    await orders.deleteMany({});
    await orders.insertMany(documents.map((document) => ({ ...document })));
  });

  /** What the check complains about. */
  async function complaints(): Promise<string[]> {
    const rows = await checkResult(orders, figures, LINES);
    return rows.filter(({ ok }) => !ok).map(({ what }) => what);
  }

  it('is content with the orders of the file, and with more lines behind them', async () => {
    expect(await complaints()).toEqual([]);
    await orders.insertOne({ line: LINES + 1 });
    expect(await complaints()).toEqual([]);
  });

  it('sees an order that is missing', async () => {
    await orders.deleteOne({ line: 2 });
    expect(await complaints()).toEqual(expect.arrayContaining(['orders', 'CDs', 'dollars']));
  });

  it('sees an order that was stored twice', async () => {
    const { line, customer, placedAt, cds, total } = documents[4] ?? expect.unreachable();
    await orders.insertOne({ line, customer, placedAt, cds, total });
    expect(await complaints()).toEqual(
      expect.arrayContaining(['orders', 'orders that repeat another exactly']),
    );
    expect(await complaints()).not.toContain('different line numbers');
  });

  it('sees a cent too much', async () => {
    await orders.updateOne({ line: 1 }, { $set: { total: Decimal128.fromString('11.78') } });
    expect(await complaints()).toEqual(['dollars']);
  });

  it('sees money kept as a binary float and a day kept as text', async () => {
    await orders.updateOne({ line: 1 }, { $set: { total: 11.77, placedAt: '1997-01-01' } });
    const expected = ['amounts that are Decimal128', 'days that are dates'];
    expect(await complaints()).toEqual(expect.arrayContaining(expected));
  });

  it('waits for orders that are still on their way, and not for ever', async () => {
    await orders.deleteMany({ line: { $gt: LINES - 10 } });
    const { signal } = new AbortController();
    const wait = { expected: LINES, firstLines: LINES, signal };
    const counts: number[] = [];
    let inserted: Promise<unknown> | undefined;
    await waitUntilApplied(orders, {
      ...wait,
      onProgress: (found) => {
        counts.push(found);
        inserted ??= orders.insertMany(documents.slice(-10).map((document) => ({ ...document })));
      },
    });
    await inserted;
    expect([counts[0], counts.at(-1)]).toEqual([LINES - 10, LINES]);
    await orders.deleteOne({ line: 1 });
    await waitUntilApplied(orders, {
      ...wait,
      giveUpAfterStillMs: 300,
      onProgress: (found) => {
        expect(found).toBe(LINES - 1);
      },
    });
  });
});
