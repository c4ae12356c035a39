import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { completeDraft, loadDraft, openGateway, type RunningGateway } from '@headrace/gateway';
import type { RunningServer } from '@headrace/local-servers';
import { testMongo } from '@headrace/testkit';
import { MongoClient, type Collection } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { badRoad } from './bad-road.ts';

interface Order {
  _id: string;
  status: string;
  total: string;
}

const run = promisify(execFile);
const programs: [language: string, command: string, ...args: string[]][] = [
  ['Python', 'python3', 'python/place_order.py'],
  ['Go', 'go', 'run', 'go/place_order.go'],
  ['Java', 'java', 'java/PlaceOrder.java'],
];

let mongo: RunningServer;
let gateway: RunningGateway;
let truth: MongoClient;
let orders: Collection<Order>;

beforeAll(async () => {
  mongo = await testMongo();
  const draft = await loadDraft({
    text: 'collections: { shop.orders: { idType: string, changes: direct } }',
  });
  const anywhere = { host: '127.0.0.1', port: 0 };
  gateway = await openGateway({
    ...completeDraft(draft, { mongodbUri: mongo.uri }),
    ...{ listen: anywhere, adminListen: anywhere, log: { level: 'silent' } },
  });
  truth = await new MongoClient(mongo.uri).connect();
  orders = truth.db('shop').collection('orders');
});

afterAll(async () => {
  await gateway.stop();
  await truth.close();
  await mongo[Symbol.asyncDispose]();
});

describe.each(programs)('%s', (language, command, ...args) => {
  const missing = isOnPath(command) ? '' : ` (${command} is not on PATH)`;
  const place = async (base: string, id: string): Promise<string> => {
    const words = [...args, `${base}/v1/db/shop/orders`, id];
    const cwd = join(import.meta.dirname, '..');
    return (await run(command, words, { cwd, timeout: 50_000 })).stdout;
  };

  test.skipIf(missing !== '')(`places and pays once over a bad road${missing}`, async () => {
    const id = `${language}/1 ü`;
    await using road = await badRoad(gateway.url, ['busy', 'lost', 'through', 'lost']);
    const printed = (await place(road.url, id)).trimEnd().split('\n');
    const receipts = printed.map((line) => JSON.parse(line) as object);
    expect(receipts).toMatchObject([
      { id, state: 'applied', replayed: true },
      { id, state: 'applied', replayed: true, matched: 1 },
    ]);
    const paid = { _id: id, status: 'paid', total: '19.99' };
    expect(await orders.find({ _id: id }).toArray()).toEqual([paid]);
    const { seen } = road;
    const keys = seen.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0], keys[0], keys[3], keys[3]]);
    expect(keys[3]).not.toBe(keys[0]);
    expect((seen[1]?.atMs ?? 0) - (seen[0]?.atMs ?? 0)).toBeGreaterThanOrEqual(995);
    const left = seen.map(({ headers }) => Number(headers['x-deadline-ms']));
    expect(left[2]).toBeLessThan((left[0] ?? 0) - 995);
  });

  test.skipIf(missing !== '')(`ends with what is refused for good${missing}`, async () => {
    const _id = `${language} taken`;
    await orders.insertOne({ _id, status: 'paid', total: '1.00' });
    await using road = await badRoad(gateway.url, []);
    await expect(place(road.url, _id)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('duplicate') as string,
    });
    expect(road.seen).toHaveLength(1);
  });
});

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((at) => existsSync(join(at, command)));
}
