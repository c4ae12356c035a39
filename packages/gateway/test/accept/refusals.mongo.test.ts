import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { BSON } from 'bson';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from './test-gateway.ts';

type Server = Awaited<ReturnType<typeof testMongo>>;
let mongo: Server;
let gateway: TestGateway;
const database = freshDatabaseName();

beforeAll(async () => {
  mongo = await testMongo();
  gateway = await openTestGateway({
    mongodbUri: mongo.uri,
    database,
    collections: { orders: { types: { total: 'decimal' } }, numbers: { idType: 'int' } },
    limits: { requestBytes: 17 * 1024 * 1024 },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
});

const JSON_HEADERS = { 'content-type': 'application/json' };
const BSON_HEADERS = { 'content-type': 'application/bson' };

/** A refused insert, what is wrong with it, and how it is answered. */
interface Refusal {
  readonly what: string;
  readonly status: number;
  readonly code: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  /** Below `/v1/db/`; the listed collection `orders` unless told. */
  readonly path?: string;
}

const bson = (document: object): Uint8Array<ArrayBuffer> =>
  new Uint8Array(BSON.serialize(document));
const truncated = bson({ a: 1 }).slice(0, -2);
const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]);

const refusals: readonly Refusal[] = [
  { what: 'broken JSON', status: 400, code: 'bad-json', body: '{"a":' },
  { what: 'an array', status: 400, code: 'bad-json', body: '[{}]' },
  { what: 'a text behind the object', status: 400, code: 'bad-json', body: '{} {}' },
  { what: 'no body', status: 400, code: 'empty-body', body: '' },
  {
    what: '1,000,000 brackets',
    status: 400,
    code: 'too-deep',
    body: `{"a":${'['.repeat(1_000_000)}`,
  },
  {
    what: 'nesting of 101 levels',
    status: 400,
    code: 'too-deep',
    body: `${'{"a":'.repeat(101)}1${'}'.repeat(101)}`,
  },
  { what: 'a field name with $', status: 400, code: 'bad-field-name', body: '{"$set":{"a":1}}' },
  {
    what: 'a __proto__ field',
    status: 400,
    code: 'bad-field-name',
    body: '{"a":{"__proto__":{"x":1}}}',
  },
  { what: 'invalid UTF-8', status: 400, code: 'bad-encoding', body: invalidUtf8 },
  { what: 'an array as _id', status: 400, code: 'bad-id', body: '{"_id":[1]}' },
  {
    what: 'a regex as _id',
    status: 400,
    code: 'bad-id',
    body: '{"_id":{"$regularExpression":{"pattern":"a","options":""}}}',
  },
  {
    what: 'an integer over 64 bits',
    status: 400,
    code: 'number-out-of-range',
    body: '{"n":9223372036854775808}',
  },
  { what: 'no decimal', status: 422, code: 'bad-typed-value', body: '{"total":"much"}' },
  {
    what: 'malformed Extended JSON',
    status: 400,
    code: 'bad-extended-json',
    body: '{"a":{"$oid":"xyz"}}',
  },
  {
    what: 'an int that can not be made',
    status: 400,
    code: 'bad-id',
    body: '{}',
    path: `${database}/numbers`,
  },
  { what: 'truncated BSON', status: 400, code: 'bad-bson', body: truncated, headers: BSON_HEADERS },
  {
    what: 'JSON said to be BSON',
    status: 400,
    code: 'bad-bson',
    body: '{"a":1}',
    headers: BSON_HEADERS,
  },
  {
    what: 'over 16 MiB as BSON',
    status: 413,
    code: 'document-too-large',
    body: `{"a":"${'x'.repeat(16 * 1024 * 1024)}"}`,
  },
  {
    what: 'a text over the limit',
    status: 413,
    code: 'body-too-large',
    body: ' '.repeat(17 * 1024 * 1024 + 1),
  },
  {
    what: 'a form',
    status: 415,
    code: 'unsupported-content-type',
    headers: { 'content-type': 'text/plain' },
  },
  {
    what: 'no media type at all',
    status: 415,
    code: 'unsupported-content-type',
    headers: { 'content-type': 'json' },
  },
  {
    what: 'a compressed body',
    status: 415,
    code: 'unsupported-content-encoding',
    headers: { 'content-encoding': 'gzip' },
  },
  {
    what: 'NDJSON to the single insert',
    status: 415,
    code: 'unsupported-content-type',
    headers: { 'content-type': 'application/x-ndjson' },
  },
  {
    what: 'an unknown tier',
    status: 400,
    code: 'unknown-tier',
    headers: { 'x-consistency': 'Strong' },
  },
  { what: 'an empty tier', status: 400, code: 'unknown-tier', headers: { 'x-consistency': '' } },
  {
    what: 'eventual without Redis',
    status: 400,
    code: 'lane-not-configured',
    headers: { 'x-consistency': 'eventual' },
  },
  {
    what: 'balanced on one member',
    status: 503,
    code: 'tier-unsatisfiable',
    headers: { 'x-consistency': 'balanced' },
  },
  {
    what: 'an open quote',
    status: 400,
    code: 'bad-idempotency-key',
    headers: { 'idempotency-key': '"abc' },
  },
  {
    what: 'an empty idempotency key',
    status: 400,
    code: 'bad-idempotency-key',
    headers: { 'idempotency-key': '""' },
  },
  {
    what: 'a space in a bare one',
    status: 400,
    code: 'bad-idempotency-key',
    headers: { 'idempotency-key': 'a b' },
  },
  {
    what: 'one of 256 characters',
    status: 400,
    code: 'bad-idempotency-key',
    headers: { 'idempotency-key': 'k'.repeat(256) },
  },
  {
    what: 'one that is not ASCII',
    status: 400,
    code: 'bad-idempotency-key',
    headers: { 'idempotency-key': 'é' },
  },
  { what: 'a deadline of 0', status: 400, code: 'bad-deadline', headers: { 'x-deadline-ms': '0' } },
  {
    what: 'a deadline with a unit',
    status: 400,
    code: 'bad-deadline',
    headers: { 'x-deadline-ms': '5s' },
  },
  {
    what: 'a deadline of 600001',
    status: 400,
    code: 'bad-deadline',
    headers: { 'x-deadline-ms': '600001' },
  },
  {
    what: 'a collection not listed',
    status: 403,
    code: 'namespace-not-listed',
    path: `${database}/carts`,
  },
  { what: 'the database admin', status: 403, code: 'system-namespace', path: 'admin/orders' },
  { what: 'the database config', status: 403, code: 'system-namespace', path: 'config/orders' },
  { what: 'the database local', status: 403, code: 'system-namespace', path: 'local/orders' },
  {
    what: "Headrace's own database",
    status: 403,
    code: 'system-namespace',
    path: `${database}_own/deadLetters`,
  },
  {
    what: 'a system collection',
    status: 403,
    code: 'system-namespace',
    path: `${database}/system.views`,
  },
  { what: 'a $ in a name', status: 403, code: 'system-namespace', path: `${database}/$cmd` },
  { what: 'a NUL in a name', status: 400, code: 'bad-namespace', path: `${database}/a%00b` },
  {
    what: 'a dot in the database',
    status: 400,
    code: 'bad-namespace',
    path: `${database}.orders/x`,
  },
  {
    what: 'a name of 256 bytes',
    status: 400,
    code: 'bad-namespace',
    path: `${database}/${'n'.repeat(256)}`,
  },
  {
    what: 'a path with a broken escape',
    status: 400,
    code: 'bad-request',
    path: `${database}/%zz`,
  },
  {
    what: 'a path with nothing there',
    status: 404,
    code: 'no-such-route',
    path: `${database}/orders/x/y`,
  },
];

describe('what is not a write', () => {
  it.each(refusals)('$what: $status $code', async (refusal) => {
    const response = await fetch(`${gateway.url}/v1/db/${refusal.path ?? `${database}/orders`}`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...refusal.headers },
      body: refusal.body ?? '{"a":1}',
    });
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ code: refusal.code, status: refusal.status });
    expect(response.status).toBe(refusal.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('leaves nothing in the database', async () => {
    const stored = await Promise.all(
      ['orders', 'numbers', 'carts'].map((name) => gateway.db.collection(name).countDocuments()),
    );
    expect(stored).toEqual([0, 0, 0]);
  });

  it('names the lines of configuration that list a collection', async () => {
    const response = await fetch(`${gateway.base}/carts`, {
      method: 'POST',
      headers: JSON_HEADERS,
      body: '{}',
    });
    expect(await response.json()).toMatchObject({ fix: `collections:\n  "${database}.carts": {}` });
  });
});

describe('what the server refuses', () => {
  it('names the unique index of a duplicate', async () => {
    await gateway.db
      .collection('orders')
      .createIndex({ number: 1 }, { unique: true, name: 'by_number', sparse: true }, {});
    const insert = (body: string) =>
      fetch(`${gateway.base}/orders`, { method: 'POST', headers: JSON_HEADERS, body });
    expect((await insert('{"_id":"one","number":7}')).status).toBe(201);
    const refused = await insert('{"_id":"two","number":7}');
    expect(refused.status).toBe(409);
    const problem = await refused.json();
    expect(problem).toMatchObject({ code: 'duplicate', retryable: false });
    expect(JSON.stringify(problem)).toContain('by_number');
    expect(await gateway.db.collection('orders').countDocuments({ number: 7 })).toBe(1);
  });
});
