import { freshDatabaseName, testMongo } from '@headrace/testkit';
import { BSON, Long } from 'bson';
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
      inserts: {},
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
});

type Line = Record<string, unknown>;

async function bulk(
  lines: readonly (object | string)[],
  { collection = 'orders', query = '&results=all', headers = {} } = {},
): Promise<Line[]> {
  const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  const response = await fetch(`${gateway.base}/${collection}/_bulk?lines=operations${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body: body.join('\n'),
  });
  const text = (await response.text()).trimEnd();
  return text.split('\n').map((line) => JSON.parse(line) as Line);
}

const orders = () => gateway.db.collection<{ _id: string }>('orders');

describe('_bulk?lines=operations', () => {
  it('does each operation and answers each line', async () => {
    await orders().insertOne({ _id: 'e', n: 1 } as never);
    const answers = await bulk([
      { op: 'insert', doc: { _id: 'a', total: '1.50' } },
      { op: 'insert', id: 'b', doc: { n: 1 } },
      { op: 'replace', id: 'c', doc: { n: 1 }, upsert: true },
      { op: 'replace', id: 'none', doc: {} },
      { op: 'patch', id: 'e', doc: { n: null, m: 2 }, if: { n: 1 } },
      { op: 'update', id: 'e', doc: { $inc: { m: 3 } }, key: 'inc' },
      { op: 'patch', id: 'e', doc: { m: 0 }, if: { n: 1 } },
      { op: 'delete', id: 'b' },
      { op: 'delete', id: 'none' },
    ]);
    expect(answers).toMatchObject([
      { line: 1, status: 201, id: 'a', state: 'applied' },
      { line: 2, status: 201, id: 'b' },
      { line: 3, status: 201, id: 'c', upserted: true },
      { line: 4, status: 404, code: 'document-absent' },
      { line: 5, status: 200, id: 'e', matched: 1 },
      { line: 6, status: 200, id: 'e' },
      { line: 7, status: 412, code: 'condition-failed' },
      { line: 8, status: 200, id: 'b', matched: 1 },
      { line: 9, status: 404, code: 'document-absent' },
      { done: true, lines: 9, applied: 6, failed: 3 },
    ]);
    const stored = await orders()
      .find({ _id: { $in: ['a', 'b', 'c', 'e'] } })
      .toArray();
    expect(stored.map((document) => BSON.EJSON.stringify(document))).toEqual([
      '{"_id":"a","total":{"$numberDecimal":"1.50"}}',
      '{"_id":"c","n":1}',
      '{"_id":"e","m":5}',
    ]);
  });

  it('applies 1,000 operations on one document in their order and refuses none', async () => {
    const lines = Array.from({ length: 1000 }, (_, n) =>
      n === 0
        ? { op: 'insert', doc: { _id: 'hot', n: 0, seen: [] } }
        : {
            op: 'update',
            id: 'hot',
            doc: { $set: { n }, $addToSet: { seen: n } },
            if: { n: n - 1 },
          },
    );
    const answers = await bulk(lines, { query: '', headers: { 'x-deadline-ms': '60000' } });
    expect(answers).toEqual([
      { done: true, lines: 1000, applied: 1000, queued: 0, replayed: 0, failed: 0 },
    ]);
    expect(await orders().findOne({ _id: 'hot' })).toMatchObject({ n: 999 });
  });

  it('refuses none either while others crowd the same document', async () => {
    await orders().insertOne({ _id: 'crowded', n: 0 } as never);
    const run = (caller: string) =>
      bulk(
        Array.from({ length: 150 }, (_, n) => ({
          ...{ op: 'update', id: 'crowded', key: `${caller}-${n}` },
          doc: { $inc: { n: 1 }, $set: { [caller]: n } },
          ...(n > 0 && { if: { [caller]: n - 1 } }),
        })),
        { query: '', headers: { 'x-deadline-ms': '60000' } },
      );
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(run));
    for (const answer of answers) {
      expect(answer).toMatchObject([{ done: true, applied: 150, failed: 0 }]);
    }
    expect(await orders().findOne({ _id: 'crowded' })).toEqual({
      ...{ _id: 'crowded', n: 600, a: 149, b: 149, c: 149, d: 149 },
    });
  });

  it('resumes under the idempotency key of the request, and of a line', async () => {
    const lines = [
      { op: 'insert', doc: { _id: 'r', n: 0 } },
      { op: 'update', id: 'r', doc: { $inc: { n: 1 } } },
      { op: 'update', id: 'r', doc: { $inc: { n: 1 } }, key: 'own' },
      { op: 'delete', id: 'never-there' },
    ];
    const headers = { 'idempotency-key': 'file-1' };
    await bulk(lines, { headers });
    const again = await bulk(lines, { headers });
    expect(again).toMatchObject([
      { status: 201, replayed: true },
      { status: 200, replayed: true },
      { status: 200, replayed: true },
      { status: 404, code: 'document-absent' },
      { applied: 3, replayed: 3, failed: 1 },
    ]);
    expect(await orders().findOne({ _id: 'r' })).toMatchObject({ n: 2 });
    const single = await fetch(`${gateway.base}/orders/r`, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/vnd.headrace.update+json',
        'idempotency-key': 'own',
      },
      body: '{"$inc":{"n":1}}',
    });
    expect(single.headers.get('idempotency-replayed')).toBe('true');
  });

  it('takes an id as a path does, as a number and as Extended JSON, digit by digit', async () => {
    const uuid = '0190163d-8694-739b-aea5-966c26f8ad91';
    const uuids = await bulk(
      [
        { op: 'replace', id: uuid, doc: { n: 1 }, upsert: true },
        { op: 'patch', id: { $uuid: uuid }, doc: { m: 1 } },
        { op: 'patch', id: 'nonsense', doc: { m: 1 } },
      ],
      { collection: 'uuids' },
    );
    expect(uuids).toMatchObject([
      { status: 201 },
      { status: 200, id: uuid },
      { code: 'bad-id' },
      {},
    ]);
    const found = await gateway.db
      .collection<{ _id: UUID }>('uuids')
      .findOne({ _id: new UUID(uuid) });
    expect(found).toMatchObject({ n: 1, m: 1 });
    const large = '9007199254740993';
    const longs = await bulk(
      [
        `{"op":"replace","id":${large},"doc":{"n":${large}},"upsert":true}`,
        `{"op":"patch","id":"${large}","doc":{"m":${large}}}`,
        `{"op":"patch","id":{"$numberLong":"${large}"},"doc":{"o":1}}`,
        '{"op":"patch","id":1.5,"doc":{"o":1}}',
      ],
      { collection: 'longs' },
    );
    expect(longs).toMatchObject([
      { status: 201 },
      { status: 200 },
      { status: 200 },
      { status: 404 },
      {},
    ]);
    const raw = gateway.db.collection<{ _id: Long }>('longs');
    const long = await raw.findOne({ _id: Long.fromString(large) }, { promoteLongs: false });
    expect(BSON.EJSON.stringify(long, { relaxed: false })).toBe(
      `{"_id":{"$numberLong":"${large}"},"n":{"$numberLong":"${large}"},"m":{"$numberLong":"${large}"},"o":{"$numberInt":"1"}}`,
    );
  });

  it.each<[object | string, string, RegExp]>([
    ['{"op":"insert"', 'bad-json', /byte/],
    ['[]', 'bad-json', /object/],
    [{ doc: {} }, 'bad-operation', /one of insert, replace/],
    [{ op: 'upsert', id: 'x', doc: {} }, 'bad-operation', /one of insert, replace/],
    ['{"op":7,"doc":{}}', 'bad-operation', /texts/],
    [{ op: 'insert' }, 'bad-operation', /insert needs doc/],
    [{ op: 'patch', doc: {} }, 'bad-operation', /patch needs id/],
    [{ op: 'delete' }, 'bad-operation', /delete needs id/],
    [{ op: 'delete', id: 'x', doc: {} }, 'bad-operation', /delete takes no doc/],
    [{ op: 'replace', id: 'x', doc: {}, if: {} }, 'bad-operation', /replace takes no if/],
    [{ op: 'insert', doc: {}, upsert: true }, 'bad-operation', /insert takes no upsert/],
    [{ op: 'patch', id: 'x', doc: {}, upsert: 1 }, 'bad-operation', /upsert is true or false/],
    [{ op: 'patch', id: 'x', doc: {}, tier: 'strong' }, 'bad-operation', /"tier"/],
    ['{"op":"delete","id":"x","id":"y"}', 'bad-operation', /id is there twice/],
    [{ op: 'delete', id: 'x', key: '' }, 'bad-idempotency-key', /1 to 255/],
    [{ op: 'delete', id: 'x', key: 'é' }, 'bad-idempotency-key', /ASCII/],
    [{ op: 'delete', id: ['x'] }, 'bad-id', /./],
    ['{"op":"delete","id":tru}', 'bad-json', /./],
    [{ op: 'patch', id: 'x', doc: [1] }, 'bad-json', /object/],
    [{ op: 'patch', id: 'x', doc: { 'a.b': 1 } }, 'bad-field-name', /./],
    [{ op: 'update', id: 'x', doc: { a: 1 } }, 'bad-patch', /./],
    [{ op: 'update', id: 'x', doc: { $inc: { a: 1 } } }, 'idempotency-key-needed', /./],
    [{ op: 'patch', id: 'x', doc: {}, if: { $or: [] } }, 'bad-condition', /./],
    [{ op: 'insert', id: 'x', doc: { _id: 'y' } }, 'id-change', /./],
  ])('fails %j alone: %s', async (line, code, detail) => {
    const answers = await bulk([line, { op: 'delete', id: 'nothing' }]);
    expect(answers).toMatchObject([{ line: 1, code }, { status: 404 }, { lines: 2, failed: 2 }]);
    expect(answers[0]?.['detail']).toMatch(detail);
  });

  it('takes inserts only where the collection does', async () => {
    const lines = [
      { op: 'insert', doc: { _id: 'i' } },
      { op: 'delete', id: 'i' },
    ];
    expect(await bulk(lines, { collection: 'inserts' })).toMatchObject([
      { status: 201 },
      { status: 400, code: 'collection-insert-only' },
      { applied: 1, failed: 1 },
    ]);
  });

  it('is a choice of documents and operations', async () => {
    expect(await bulk([], { query: '&lines=documents' })).toMatchObject([{ code: 'bad-query' }]);
    expect(await bulk([], { query: '&line=1' })).toMatchObject([{ code: 'bad-query' }]);
  });
});
