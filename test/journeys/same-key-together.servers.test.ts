import { afterAll, beforeAll, expect, test } from 'vitest';
import { answered, HttpCaller, type Answer, type Tier } from './http-caller.ts';
import { expectBufferDrained } from './invariants/buffer-drained.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { ORDERS_PATH, startSystem, type System } from './start-system.ts';

const KEYS = 60;

// One idempotency key at two gateways at the same moment: the stores decide, not the gateways.
let system: System;
let urls: readonly [string, string];
const caller = new HttpCaller();

beforeAll(async () => {
  system = await startSystem();
  const [one, two] = await Promise.all([
    system.start('gateway'),
    system.start('gateway'),
    system.start('worker'),
  ]);
  urls = [one.url + ORDERS_PATH, two.url + ORDERS_PATH];
});
afterAll(async () => {
  caller[Symbol.dispose]();
  await system[Symbol.asyncDispose]();
});

interface Pair {
  readonly name: string;
  readonly tiers: readonly [Tier, Tier];
  readonly contents?: readonly [string, string];
}

/** Sends every idempotency key to both gateways at once; all of them under way together. */
async function sendPairs({ name, tiers, contents = ['same', 'same'] }: Pair): Promise<Answer[][]> {
  const send = async (n: number, at: 0 | 1): Promise<Answer> => {
    const document = { pair: name, n, content: contents[at] };
    const options = { tier: tiers[at], idempotencyKey: `${name}-${n}` };
    return answered(await caller.insert(urls[at], document, options));
  };
  return await Promise.all(
    Array.from({ length: KEYS }, (_, n) => Promise.all([send(n, 0), send(n, 1)])),
  );
}

/** One document for each idempotency key, under the `_id` that both answers name. */
async function expectOneDocumentEach(name: string, pairs: readonly Answer[][]): Promise<void> {
  await expectBufferDrained(system);
  const stored = await system.orders.find({ pair: name }, { sort: { n: 1 } }).toArray();
  const ids = pairs.map((pair) => [...new Set(pair.map(({ body }) => body['id']))]);
  expect(ids).toEqual(stored.map(({ _id }) => [String(_id)]));
  expect(stored.map(({ n }) => Number(n))).toEqual(Array.from({ length: KEYS }, (_, n) => n));
  expect([...(await readDeadLetters(system))]).toEqual([]);
}

test.for([
  { tiers: ['strong', 'strong'], status: 201 },
  { tiers: ['eventual', 'eventual'], status: 202 },
] as const)('$tiers: both are acknowledged, one of them as replayed', async ({ tiers, status }) => {
  const name = tiers.join('-');
  const pairs = await sendPairs({ name, tiers });
  for (const pair of pairs) {
    expect(pair.map((answer) => answer.status)).toEqual([status, status]);
    expect(pair.map(({ body }) => body['replayed']).sort()).toEqual([false, true]);
    const header = pair.map(({ headers }) => headers['idempotency-replayed'] === 'true');
    expect(header).toEqual(pair.map(({ body }) => body['replayed']));
  }
  await expectOneDocumentEach(name, pairs);
});

test('strong and eventual: one is applied, the other queued, and one document comes of it', async () => {
  const name = 'strong-eventual';
  const pairs = await sendPairs({ name, tiers: ['strong', 'eventual'] });
  for (const pair of pairs) {
    expect(pair.map(({ status, body }) => [status, body['state']])).toEqual([
      [201, 'applied'],
      [202, 'queued'],
    ]);
    expect(pair[1]?.body['replayed']).toBe(false); // nobody queued it before
  }
  await expectOneDocumentEach(name, pairs);
});

test('other content under the same idempotency key is refused, whoever comes first', async () => {
  const name = 'contents';
  const contents = ['one', 'other'] as const;
  const pairs = await sendPairs({ name, tiers: ['strong', 'strong'], contents });
  const stored = await system.orders.find({ pair: name }, { sort: { n: 1 } }).toArray();
  const winners = pairs.map((pair) => {
    expect(pair.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect(pair.find(({ status }) => status === 422)?.body['code']).toBe('key-reused');
    return contents[pair.findIndex(({ status }) => status === 201)];
  });
  expect(stored.map(({ content }) => String(content))).toEqual(winners);
});
