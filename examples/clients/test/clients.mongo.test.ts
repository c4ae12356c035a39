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

const run = promisify(execFile);
const programs: [language: string, command: string, ...args: string[]][] = [
  ['Python', 'python3', 'python/insert_order.py'],
  ['Go', 'go', 'run', 'go/insert_order.go'],
  ['Java', 'java', 'java/InsertOrder.java'],
];

let mongo: RunningServer;
let gateway: RunningGateway;
let truth: MongoClient;
let orders: Collection<{ _id: string; total: string }>;

beforeAll(async () => {
  mongo = await testMongo();
  const draft = await loadDraft({ text: 'collections: { shop.orders: { idType: string } }' });
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
  const insert = async (base: string, document: object): Promise<string> => {
    const words = [...args, `${base}/v1/db/shop/orders`, JSON.stringify(document)];
    const cwd = join(import.meta.dirname, '..');
    return (await run(command, words, { cwd, timeout: 50_000 })).stdout;
  };

  test.skipIf(missing !== '')(`stores it once over a bad road${missing}`, async () => {
    await using road = await badRoad(gateway.url, ['busy', 'lost']);
    const printed = await insert(road.url, { _id: language, total: '19.99' });
    expect(JSON.parse(printed)).toMatchObject({ id: language, state: 'applied', replayed: true });
    expect(await orders.find({ _id: language }).toArray()).toEqual([
      { _id: language, total: '19.99' },
    ]);
    const [first, second] = road.seen;
    expect(road.seen).toHaveLength(3);
    expect(new Set(road.seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(995);
    const left = road.seen.map(({ headers }) => Number(headers['x-deadline-ms']));
    expect(left[2]).toBeLessThan((left[0] ?? 0) - 995);
  });

  test.skipIf(missing !== '')(`ends with what is refused for good${missing}`, async () => {
    const _id = `${language} taken`;
    await orders.insertOne({ _id, total: '1.00' });
    await using road = await badRoad(gateway.url, []);
    const refused = insert(road.url, { _id, total: '2.00' });
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('duplicate') as string,
    });
    expect(road.seen).toHaveLength(1);
  });
});

function isOnPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((at) => existsSync(join(at, command)));
}
