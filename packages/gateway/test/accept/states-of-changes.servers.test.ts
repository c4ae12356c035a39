import { freshDatabaseName, testServers, type TestServers } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBoth, type RunningGateway } from '../../src/compose.ts';
import { loadConfiguration } from '../../src/configuration/load-configuration.ts';

let servers: TestServers;
let running: RunningGateway;
let client: MongoClient;
const shop = freshDatabaseName();

beforeAll(async () => {
  servers = await testServers();
  const { mongodb, redis } = servers;
  const configuration = await loadConfiguration({
    text: JSON.stringify({
      ...{ listen: '127.0.0.1:0', adminListen: '127.0.0.1:0', workerListen: '127.0.0.1:0' },
      mongodb: { uri: mongodb.uri, database: freshDatabaseName() },
      redis: { uri: redis.uri, prefix: shop },
      log: { level: 'silent' },
      collections: {
        [`${shop}.direct`]: { changes: 'direct', idType: 'string' },
        [`${shop}.queued`]: { changes: 'buffered', idType: 'string' },
      },
    }),
  });
  running = await openBoth(configuration);
  client = await new MongoClient(mongodb.uri).connect();
});
afterAll(async () => {
  await client.close();
  await running.stop();
  await servers[Symbol.asyncDispose]();
});

const MERGE = 'application/merge-patch+json';
type Told = Record<string, unknown>;

async function send(
  method: string,
  path: string,
  { body, type = MERGE, headers = {} }: { body?: string; type?: string; headers?: object } = {},
): Promise<{ status: number; headers: Headers; json: Told }> {
  const response = await fetch(`${running.url}/v1/db/${shop}/${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
    ...(body !== undefined && { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Told,
  };
}

async function stateAt(location: unknown): Promise<Told> {
  const response = await fetch(`${running.url}${String(location)}&wait=20s`);
  return (await response.json()) as Told;
}

const stored = (collection: string, id: string) =>
  client.db(shop).collection<{ _id: string }>(collection).findOne({ _id: id });

describe('a change of a buffered collection', () => {
  it('is queued without asking for it, applied, and found applied', async () => {
    const put = await send('PUT', 'queued/a?upsert=true', {
      body: '{"n":1}',
      type: 'application/json',
    });
    expect(put.json).toMatchObject({ lane: 'buffered', tier: 'eventual', state: 'queued' });
    expect([put.status, put.headers.get('location')]).toEqual([202, put.json['location']]);
    const patch = await send('PATCH', 'queued/a', { body: '{"m":2}' });
    expect(patch.status).toBe(202);
    expect(await stateAt(patch.json['location'])).toMatchObject({ state: 'applied' });
    expect(await stateAt(put.json['location'])).toMatchObject({ state: 'applied' });
    expect(await stored('queued', 'a')).toEqual({ _id: 'a', n: 1, m: 2 });
    const gone = await send('DELETE', 'queued/a');
    expect(await stateAt(gone.json['location'])).toMatchObject({ state: 'applied' });
    expect(await stored('queued', 'a')).toBeNull();
  });

  it('is refused at another tier', async () => {
    const answer = await send('DELETE', 'queued/b', { headers: { 'x-consistency': 'strong' } });
    expect(answer.json).toMatchObject({ status: 400, code: 'lane-would-reorder' });
  });

  it('of no document is a dead letter that says so', async () => {
    const answer = await send('DELETE', 'queued/never');
    expect(answer.status).toBe(202);
    expect(await stateAt(answer.json['location'])).toMatchObject({
      ...{ state: 'rejected', deadLetter: true, reason: { code: 'document-absent' } },
    });
  });

  it('keeps its order among the lines of one request, with its insert', async () => {
    const lines = Array.from({ length: 200 }, (_, n) =>
      n === 0
        ? { op: 'insert', doc: { _id: 'lines', n } }
        : { op: 'patch', id: 'lines', doc: { n }, if: { n: n - 1 }, key: `line-${n}` },
    );
    const bulk = await fetch(
      `${running.url}/v1/db/${shop}/queued/_bulk?lines=operations&results=all`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => JSON.stringify(line)).join('\n'),
      },
    );
    const told = (await bulk.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Told);
    expect(told.at(-1)).toMatchObject({ lines: 200, queued: 200, failed: 0 });
    expect(told[0]).toMatchObject({ status: 202, state: 'queued' });
    const last = `/v1/writes/${String(told[199]?.['writeId'])}?ns=${shop}.queued&id=lines`;
    expect(await stateAt(last)).toMatchObject({ state: 'applied' });
    expect(await stored('queued', 'lines')).toEqual({ _id: 'lines', n: 199 });
  });
});

describe('a change of a direct collection', () => {
  it('that was refused is found by its idempotency key, and is no dead letter', async () => {
    const headers = { 'idempotency-key': 'absent-1' };
    const refused = await send('PATCH', 'direct/none', { body: '{"n":1}', headers });
    expect(refused.json).toMatchObject({ status: 404, code: 'document-absent' });
    const { writeId } = refused.json;
    expect(await stateAt(`/v1/writes/${String(writeId)}?ns=${shop}.direct&id=none`)).toEqual({
      ...{ writeId, state: 'rejected' },
      reason: { code: 'document-absent', detail: refused.json['detail'] },
    });
  });

  it('that was applied is found by its idempotency key after later writes', async () => {
    const headers = { 'idempotency-key': 'put-1' };
    const type = 'application/json';
    const put = await send('PUT', 'direct/d?upsert=true', { body: '{"n":1}', type, headers });
    await send('DELETE', 'direct/d');
    expect(await stateAt(put.json['location'])).toMatchObject({ state: 'applied' });
    const again = await send('PUT', 'direct/d?upsert=true', { body: '{"n":1}', type, headers });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await stored('direct', 'd')).toBeNull();
  });

  it('may follow an insert of either lane', async () => {
    const type = 'application/json';
    const headers = { 'x-consistency': 'eventual' };
    const queued = await send('POST', 'direct', { body: '{"_id":"i","n":1}', type, headers });
    expect(queued.status).toBe(202);
    expect(await stateAt(queued.json['location'])).toMatchObject({ state: 'applied' });
    expect((await send('PATCH', 'direct/i', { body: '{"n":2}' })).status).toBe(200);
    expect(await stored('direct', 'i')).toEqual({ _id: 'i', n: 2 });
  });
});
