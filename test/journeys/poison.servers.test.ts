import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { COMMAND } from './headrace-process.ts';
import { answered, HttpCaller } from './http-caller.ts';
import { expectNothingLost } from './invariants/nothing-lost.ts';
import { readDeadLetters } from './invariants/stored-exactly-once.ts';
import { Load, type LoadWrite } from './load.ts';
import { META_DATABASE, ORDERS_PATH, startSystem, type System } from './start-system.ts';

const WRITES = 1_000;
/** Refused by the validator, and by the unique index on `code`. */
const INVALID = [17, 500, 998];
const TAKEN = [250, 751];

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  const { client, orders } = system;
  const validator = { amount: { $gte: 0 } };
  await client.db('shop').createCollection('orders', { validator });
  await orders.createIndex({ code: 1 }, { unique: true }, {});
  const [gateway] = await Promise.all([system.start('gateway'), system.start('worker')]);
  ({ url } = gateway);
});
afterAll(() => system[Symbol.asyncDispose]());

beforeEach(async () => {
  await system.orders.deleteMany({});
  await system.client.db(META_DATABASE).collection('deadLetters').deleteMany({});
  await system.orders.insertMany(TAKEN.map((n) => ({ code: `code-${n}`, amount: 1 })));
});

function contentOf(n: number): object {
  return { code: `code-${n}`, amount: INVALID.includes(n) ? -1 : n };
}

const expectedOf = (n: number, good: number): [number, unknown] => {
  if (INVALID.includes(n)) return [422, 'document-refused'];
  return TAKEN.includes(n) ? [409, 'duplicate'] : [good, undefined];
};

test('among 1,000 strong writes at once, five that are refused cost nobody else anything', async () => {
  const urls = [url + ORDERS_PATH];
  using load = new Load({
    ...{ writes: WRITES, urls, more: contentOf, name: 'single' },
    ...strong,
  });
  expect(await load.sendOpen()).toBe(true); // nobody had to come again
  for (const { n, status, answer } of load.writes) {
    expect([status, answer['code']], `write ${n}`).toEqual(expectedOf(n, 201));
  }
  await expectNothingLost(system, load);
});

const strong = { tiers: ['strong'], callers: WRITES } as const;

test('in one `_bulk` of 1,000 lines, five are refused by line and the others applied', async () => {
  using caller = new HttpCaller();
  const documents = Array.from({ length: WRITES }, (_, n) => ({ n, ...contentOf(n) }));
  const bulk = `${url}${ORDERS_PATH}/_bulk?results=all`;
  const answer = answered(await caller.bulk(bulk, documents, { tier: 'strong' }));
  expect(answer.status).toBe(200);
  const lines = answer.text.trimEnd().split('\n');
  const results = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(results.pop()).toMatchObject({ done: true, lines: WRITES, applied: 995, failed: 5 });
  const told = results.map(({ line, status, code }) => [line, status, code]);
  expect(told).toEqual(documents.map(({ n }) => [n + 1, ...expectedOf(n, 201)]));
  expect(await system.orders.countDocuments({ n: { $exists: true } })).toBe(995);
});

test('of 1,000 queued writes five become dead letters that can be listed and asked for', async () => {
  const urls = [url + ORDERS_PATH];
  const tiers = ['eventual'] as const;
  using load = new Load({ writes: WRITES, urls, tiers, more: contentOf, name: 'queued' });
  expect(await load.sendOpen()).toBe(true);
  expect(load.writes.every(({ status }) => status === 202)).toBe(true);
  await expectNothingLost(system, load);

  const poison = load.writes.filter(({ n }) => expectedOf(n, 202)[0] !== 202);
  const idOf = ({ answer }: LoadWrite): string => String(answer['writeId']);
  expect([...(await readDeadLetters(system))].sort()).toEqual(poison.map(idOf).sort());
  const listed = await listDeadLetters();
  using caller = new HttpCaller();
  for (const write of poison) {
    const [, code] = expectedOf(write.n, 202);
    expect(listed.get(idOf(write))).toContain(code);
    const found = answered(await caller.get(url + String(write.answer['location'])));
    expect(found).toMatchObject({
      status: 200,
      body: { state: 'rejected', deadLetter: true, reason: { code } },
    });
  }
  expect(listed.size).toBe(poison.length);
  const healthy = load.writes[0]?.answer['location'];
  const applied = answered(await caller.get(url + String(healthy)));
  expect(applied).toMatchObject({ status: 200, body: { state: 'applied' } });
});

/** Reasons by write id, as `headrace dead-letters list` prints them. */
async function listDeadLetters(): Promise<ReadonlyMap<string, string>> {
  const config = await system.writeConfig();
  const list = ['dead-letters', 'list', '--config', config, '--json'];
  const args = ['--conditions=headrace-source', COMMAND, ...list];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const rows = stdout.trimEnd().split('\n');
  return new Map(
    rows.map((row) => {
      const { writeId, reason } = JSON.parse(row) as {
        writeId: string;
        reason: { code: string };
      };
      return [writeId, reason.code];
    }),
  );
}
