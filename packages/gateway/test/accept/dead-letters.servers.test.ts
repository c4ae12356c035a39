import { testServers, type TestServers } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from './test-gateway.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
let lane: WholeLane;
let gateway: TestGateway;
let url = '';
beforeAll(async () => {
  servers = await testServers();
  lane = await wholeLane(servers, 1, 'buffered');
  gateway = await openTestGateway({
    mongodbUri: servers.mongodb.uri,
    database: lane.shop,
    ownDatabase: lane.database,
    collections: { orders: { changes: 'buffered' } },
  });
  url = `${gateway.url}/v1/dead-letters`;
  await lane.openWorker();
  for (const n of [1, 2, 3]) {
    await lane.queueWrite(lane.change('patch', { _id: `o${String(n)}`, merge: { n } }));
    await lane.drained();
  }
  await lane.queueWrite(lane.write({ _id: 'other' }, { tenant: 'other' }));
  await lane.queueWrite(lane.write({ _id: 'other' }, { tenant: 'other' }));
  await lane.drained('other');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await lane[Symbol.asyncDispose]();
  await servers[Symbol.asyncDispose]();
});

interface Page {
  readonly items: readonly { readonly id: string; readonly reason: { readonly code: string } }[];
  readonly next?: string;
}

async function list(query = ''): Promise<Page> {
  const response = await fetch(url + query);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

async function replay(body: unknown): Promise<Record<string, unknown>[]> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/replay`, {
    ...{ method: 'POST', headers, body: JSON.stringify(body) },
  });
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function refusal(path: string, init?: RequestInit): Promise<[number, unknown]> {
  const response = await fetch(url + path, init);
  return [response.status, ((await response.json()) as { code: string }).code];
}

describe('/v1/dead-letters', () => {
  it('lists those of the tenant, page by page', async () => {
    expect(await lane.deadLetters.countDocuments()).toBe(4);
    const first = await list('?limit=2');
    expect(first.items).toHaveLength(2);
    const second = await list(`?limit=2&after=${String(first.next)}`);
    expect(second.items).toHaveLength(1);
    expect(second.next).toBeUndefined();
    expect(await list('?code=duplicate')).toEqual({ items: [] });
    expect((await list(`?ns=${lane.namespace}&code=document-absent`)).items).toHaveLength(3);
    expect(first.items[0]).not.toHaveProperty('tenant');
  });

  it('shows one whole, with its document as Extended JSON', async () => {
    const [row] = (await list()).items;
    const response = await fetch(`${url}/${row?.id ?? ''}`);
    expect(await response.json()).toEqual({
      ...row,
      ...{ upsert: false, keyed: false, acceptedAt: expect.any(String) as string },
      document: { _id: 'o3', merge: { n: { $numberInt: '3' } } },
    });
  });

  it('replays: a dry run first, then those that can be applied by now', async () => {
    expect(await replay({ dryRun: true, code: 'document-absent' })).toEqual([
      ...[1, 2, 3].map(() => expect.objectContaining({ outcome: 'would-replay' }) as object),
      { done: true, 'would-replay': 3 },
    ]);
    await lane.orders.insertOne({ _id: 'o2' as never });
    expect((await replay({})).at(-1)).toEqual({ done: true, refused: 2, replayed: 1 });
    expect(await lane.orders.findOne({ _id: 'o2' as never })).toEqual({ _id: 'o2', n: 2 });
    expect((await list()).items).toHaveLength(2);
  });

  it('discards one', async () => {
    const [row] = (await list()).items;
    const path = `/${row?.id ?? ''}`;
    const response = await fetch(url + path, { method: 'DELETE' });
    expect(await response.json()).toEqual({ id: row?.id, discarded: true });
    expect(await refusal(path)).toEqual([404, 'dead-letter-unknown']);
    expect(await refusal(path, { method: 'DELETE' })).toEqual([404, 'dead-letter-unknown']);
  });

  it('does not reach those of another tenant', async () => {
    const letter = await lane.deadLetters.findOne({ tenant: 'other' });
    const id = String((letter?._id as unknown as { w: unknown }).w);
    expect(await refusal(`/${id}`)).toEqual([404, 'dead-letter-unknown']);
    expect(await refusal(`/${id}`, { method: 'DELETE' })).toEqual([404, 'dead-letter-unknown']);
    expect(await replay({ ids: [id] })).toEqual([
      ...[
        { id, outcome: 'unknown-id' },
        { done: true, 'unknown-id': 1 },
      ],
    ]);
    expect(await lane.deadLetters.countDocuments({ tenant: 'other' })).toBe(1);
  });

  it.each([
    ['?limit=0', 'bad-query'],
    ['?limit=1001', 'bad-query'],
    ['?tenant=other', 'bad-query'],
  ])('refuses %s', async (query, code) => {
    expect(await refusal(query)).toEqual([400, code]);
  });

  it.each(['nothing', '[]', '{"ids":1}', '{"ratePerSecond":0}', '{"all":true}'])(
    'refuses to replay %s',
    async (body) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await refusal('/replay', { method: 'POST', headers, body });
      expect(answer).toEqual([400, 'bad-replay']);
    },
  );
});
