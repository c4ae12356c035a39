import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { BSON, Decimal128, type Document } from 'bson';
import { UUID } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from './test-gateway.ts';

let mongo: Awaited<ReturnType<typeof testMongo>>;
let gateway: TestGateway;
const database = freshDatabaseName();

beforeAll(async () => {
  mongo = await testMongo();
  gateway = await openTestGateway({
    mongodbUri: mongo.uri,
    database,
    collections: {
      orders: { changes: 'direct', types: { total: 'decimal' } },
      uuids: { changes: 'direct', idType: 'uuid' },
      longs: { changes: 'direct', idType: 'long' },
      relaxed: { changes: 'direct', tier: 'eventual' },
      inserts: {},
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
});

const JSON_TYPE = 'application/json';
const MERGE = 'application/merge-patch+json';
const UPDATE = 'application/vnd.headrace.update+json';

interface Change {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly type?: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  /** Collection and `{id}`; a fresh document of `orders` unless told. */
  readonly path?: string;
}

async function send(
  path: string,
  { method, type, body, query = '', headers = {} }: Change,
): Promise<{ status: number; headers: Headers; json: Record<string, unknown> }> {
  const response = await fetch(`${gateway.base}/${path}${query}`, {
    method,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body }),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, json };
}

let made = 0;
const freshId = (): string => `doc-${(made += 1)}`;
const orders = () => gateway.db.collection<{ _id: string }>('orders');
const condition = (fields: object): string => `if=${encodeURIComponent(JSON.stringify(fields))}`;

/** A change, the document before and after it, and its answer. */
interface Row extends Change {
  readonly what: string;
  readonly before?: Document;
  readonly after?: Document | null;
  readonly status: number;
  readonly told: Document;
}

const put = { method: 'PUT', type: JSON_TYPE } as const;
const merge = { method: 'PATCH', type: MERGE } as const;
const update = { method: 'PATCH', type: UPDATE } as const;
const remove = { method: 'DELETE' } as const;
const before = { status: 'pending', n: 1 };
const one = { state: 'applied', matched: 1, modified: 1 };
const added = { state: 'applied', matched: 0, upserted: true };
const absent = { code: 'document-absent', retryable: false };
const failed = { code: 'condition-failed', retryable: false };

const rows: readonly Row[] = [
  { what: 'replace', ...put, before, body: '{"a":1}', status: 200, told: one, after: { a: 1 } },
  {
    what: 'replace with typed fields and the same _id',
    ...{ ...put, before, body: '{"total":"19.99"}', status: 200, told: one },
    after: { total: Decimal128.fromString('19.99') },
  },
  {
    what: 'replace from BSON',
    ...{ ...put, type: 'application/bson', before, status: 200, told: one },
    body: new Uint8Array(BSON.serialize({ at: new Date(7) })),
    after: { at: new Date(7) },
  },
  { what: 'replace nothing', ...put, body: '{"a":1}', status: 404, told: absent, after: null },
  {
    what: 'replace nothing with upsert=false',
    ...{ ...put, query: '?upsert=false', body: '{"a":1}', status: 404, told: absent },
    after: null,
  },
  {
    what: 'replace with upsert, absent',
    ...{ ...put, query: '?upsert=true', body: '{"a":1}', status: 201, told: added },
    after: { a: 1 },
  },
  {
    what: 'replace with upsert, there',
    ...{ ...put, query: '?upsert=true', before, body: '{"a":1}', status: 200, told: one },
    after: { a: 1 },
  },
  {
    what: 'merge',
    ...{ ...merge, before: { ...before, deep: { a: 1, b: 2 } }, status: 200, told: one },
    body: '{"n":null,"deep":{"b":null,"c":[3]}}',
    after: { status: 'pending', deep: { a: 1, c: [3] } },
  },
  { what: 'merge into nothing', ...merge, body: '{"a":1}', status: 404, told: absent, after: null },
  {
    what: 'merge with upsert, absent',
    ...{ ...merge, query: '?upsert=true', body: '{"a":1}', status: 201, told: added },
    after: { a: 1 },
  },
  {
    what: 'merge under a fulfilled condition',
    ...{ ...merge, query: `?${condition({ status: 'pending' })}`, before, status: 200, told: one },
    body: '{"status":"paid"}',
    after: { status: 'paid', n: 1 },
  },
  {
    what: 'merge under an unfulfilled condition',
    ...{ ...merge, query: `?${condition({ status: 'paid' })}`, before, status: 412, told: failed },
    body: '{"status":"shipped"}',
    after: before,
  },
  {
    what: 'merge under a condition, absent',
    ...{ ...merge, query: `?${condition({ status: 'paid' })}`, status: 404, told: absent },
    body: '{"a":1}',
    after: null,
  },
  {
    what: 'update',
    ...{ ...update, before, status: 200, told: one },
    body: '{"$set":{"a.b":1},"$unset":{"status":""}}',
    after: { n: 1, a: { b: 1 } },
  },
  {
    what: '$inc under an idempotency key',
    ...{ ...update, before, headers: { 'idempotency-key': 'inc-1' }, status: 200, told: one },
    body: '{"$inc":{"n":2}}',
    after: { status: 'pending', n: 3 },
  },
  {
    what: 'update under an unfulfilled condition',
    ...{ ...update, query: `?${condition({ n: { $gt: 1 } })}`, before, status: 412, told: failed },
    body: '{"$set":{"n":0}}',
    after: before,
  },
  {
    what: 'delete',
    ...remove,
    before,
    status: 200,
    told: { state: 'applied', matched: 1 },
    after: null,
  },
  { what: 'delete nothing', ...remove, status: 404, told: absent, after: null },
  {
    what: 'delete under a fulfilled condition',
    ...{ ...remove, query: `?${condition({ n: 1 })}`, before, status: 200 },
    told: { state: 'applied', matched: 1 },
    after: null,
  },
  {
    what: 'delete under an unfulfilled condition',
    ...{ ...remove, query: `?${condition({ n: 2 })}`, before, status: 412, told: failed },
    after: before,
  },
];

describe('a change', () => {
  it.each(rows)('$what: $status', async (row) => {
    const id = freshId();
    if (row.before) await orders().insertOne({ _id: id, ...row.before });
    const answer = await send(`orders/${id}`, row);
    expect(answer.json).toMatchObject(row.told);
    expect(answer.status).toBe(row.status);
    expect(answer.json['writeId']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('idempotency-replayed')).toBeNull();
    expect(await orders().findOne({ _id: id })).toEqual(
      row.after === null ? null : { _id: id, ...row.after },
    );
  });

  it.each(rows)('$what: the same again under its idempotency key: $status', async (row) => {
    const id = freshId();
    if (row.before) await orders().insertOne({ _id: id, ...row.before });
    const keyed = { ...row, headers: { 'idempotency-key': `again-${id}` } };
    const first = await send(`orders/${id}`, keyed);
    expect(first.status).toBe(row.status);
    await orders().replaceOne({ _id: id }, { later: true }, { upsert: true });
    const again = await send(`orders/${id}`, keyed);
    expect(again.status).toBe(row.status);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.json).toMatchObject({ ...row.told, writeId: first.json['writeId'] });
    expect(await orders().findOne({ _id: id })).toEqual({ _id: id, later: true });
  });
});

describe('a receipt of a change', () => {
  it('names document, lane, tier, guarantee and where to ask', async () => {
    const id = 'a/ü';
    await orders().insertOne({ _id: id });
    const path = `orders/${encodeURIComponent(id)}`;
    const { json } = await send(path, { ...merge, body: '{"a":1}' });
    const { writeId } = json;
    expect(json).toEqual({
      ...{ writeId, id, lane: 'direct', tier: 'strong', state: 'applied', replayed: false },
      ...{ matched: 1, modified: 1, guaranteed: { w: 'majority', j: 'requested' } },
      location: `/v1/writes/${String(writeId)}?ns=${database}.orders&id=a%2F%C3%BC`,
    });
  });

  it('takes {id} as the idType says', async () => {
    const id = '0190163d-8694-739b-aea5-966c26f8ad91';
    const created = await send(`uuids/${id}`, { ...put, body: '{"a":1}', query: '?upsert=true' });
    expect([created.status, created.json['id']]).toEqual([201, id]);
    const uuids = gateway.db.collection<{ _id: UUID }>('uuids');
    expect(await uuids.findOne({ _id: new UUID(id) })).toMatchObject({ a: 1 });
    const longs = gateway.db.collection<{ _id: number }>('longs');
    await longs.insertOne({ _id: 7 });
    expect((await send('longs/7', { ...merge, body: '{"a":1}' })).status).toBe(200);
    expect(await longs.findOne({ _id: 7 })).toEqual({ _id: 7, a: 1 });
  });

  it('is of tier strong where the tier of the collection is not of the lane of changes', async () => {
    const answer = await send('relaxed/x', { ...put, body: '{"a":1}', query: '?upsert=true' });
    expect(answer.json).toMatchObject({ lane: 'direct', tier: 'strong', upserted: true });
  });
});

describe('a change that is none', () => {
  it('of a patch names what each content type is for, one a line', async () => {
    const answer = await send('longs/7', { ...merge, type: JSON_TYPE, body: '{}' });
    const { detail } = answer.json as { detail: string };
    const lines = detail.split('\n');
    expect(lines[0]).toMatch(/application\/merge-patch\+json for a merge patch \(RFC 7396/);
    expect(lines[1]).toMatch(/application\/vnd\.headrace\.update\+json for update operators/);
  });

  const refusals: readonly (Change & { what: string; status: number; code: string })[] = [
    {
      what: 'a collection that takes inserts only',
      ...remove,
      path: 'inserts/x',
      status: 400,
      code: 'collection-insert-only',
    },
    {
      what: 'the other lane',
      ...remove,
      headers: { 'x-consistency': 'eventual' },
      status: 400,
      code: 'lane-would-reorder',
    },
    { what: 'an id of another type', ...remove, path: 'uuids/x', status: 400, code: 'bad-id' },
    {
      what: 'a query parameter nobody knows',
      ...remove,
      query: '?iff=1',
      status: 400,
      code: 'bad-query',
    },
    {
      what: 'upsert of a delete',
      ...remove,
      query: '?upsert=true',
      status: 400,
      code: 'bad-query',
    },
    {
      what: 'a condition on a replace',
      ...put,
      body: '{}',
      query: '?if={}',
      status: 400,
      code: 'bad-query',
    },
    {
      what: 'upsert that is not true or false',
      ...put,
      body: '{}',
      query: '?upsert=1',
      status: 400,
      code: 'bad-query',
    },
    { what: 'two conditions', ...remove, query: '?if={}&if={}', status: 400, code: 'bad-query' },
    {
      what: 'a condition that is no JSON',
      ...remove,
      query: '?if={',
      status: 400,
      code: 'bad-json',
    },
    {
      what: '$where in a condition',
      ...remove,
      query: `?${condition({ $where: '1' })}`,
      status: 400,
      code: 'bad-condition',
    },
    {
      what: 'a delete with a body',
      ...remove,
      type: JSON_TYPE,
      body: '{}',
      status: 400,
      code: 'bad-request',
    },
    { what: 'a replace without a body', ...put, body: '', status: 400, code: 'empty-body' },
    { what: 'a patch without a body', ...merge, body: '', status: 400, code: 'empty-body' },
    {
      what: 'a patch as plain JSON',
      ...merge,
      type: JSON_TYPE,
      body: '{}',
      status: 415,
      code: 'unsupported-content-type',
    },
    {
      what: 'a replacement as a patch',
      ...put,
      type: MERGE,
      body: '{}',
      status: 415,
      code: 'unsupported-content-type',
    },
    {
      what: 'a compressed body',
      ...put,
      body: '{}',
      headers: { 'content-encoding': 'gzip' },
      status: 415,
      code: 'unsupported-content-encoding',
    },
    {
      what: 'a path in a merge patch',
      ...merge,
      body: '{"a.b":1}',
      status: 400,
      code: 'bad-field-name',
    },
    {
      what: 'an operator that is not offered',
      ...update,
      body: '{"$rename":{"a":"b"}}',
      status: 400,
      code: 'bad-patch',
    },
    {
      what: 'another _id in a merge patch',
      ...merge,
      body: '{"_id":"other"}',
      status: 400,
      code: 'id-change',
    },
    {
      what: 'another _id in a replacement',
      ...put,
      body: '{"_id":"other"}',
      status: 400,
      code: 'id-change',
    },
    {
      what: '$inc without an idempotency key',
      ...update,
      body: '{"$inc":{"n":1}}',
      status: 400,
      code: 'idempotency-key-needed',
    },
    {
      what: 'an unknown tier',
      ...remove,
      headers: { 'x-consistency': 'weak' },
      status: 400,
      code: 'unknown-tier',
    },
    {
      what: 'a collection that is not listed',
      ...remove,
      path: 'carts/x',
      status: 403,
      code: 'namespace-not-listed',
    },
  ];

  it.each(refusals)('$what: $status $code', async (refusal) => {
    const id = freshId();
    await orders().insertOne({ _id: id });
    const { status, json } = await send(refusal.path ?? `orders/${id}`, refusal);
    expect(json).toMatchObject({ status: refusal.status, code: refusal.code });
    expect(status).toBe(refusal.status);
    expect(await orders().findOne({ _id: id })).toEqual({ _id: id });
  });

  it('is other content under a used idempotency key', async () => {
    const id = freshId();
    await orders().insertOne({ _id: id });
    const headers = { 'idempotency-key': 'one-change' };
    expect((await send(`orders/${id}`, { ...merge, body: '{"a":1}', headers })).status).toBe(200);
    const other = await send(`orders/${id}`, { ...merge, body: '{"a":2}', headers });
    expect(other.json).toMatchObject({ status: 422, code: 'key-reused' });
    expect(other.json['writeId']).toBeDefined();
  });
});
