import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { freshDatabaseName, testMongo, waitFor } from '@headrace/testkit';
import { silentLog } from '@headrace/base';
import type { Settle, Write, Writer } from '@headrace/writer';
import { BSON, Decimal128 } from 'bson';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway, type TestGatewayOptions } from './test-gateway.ts';

let mongo: Awaited<ReturnType<typeof testMongo>>;
const opened: TestGateway[] = [];

beforeAll(async () => {
  mongo = await testMongo();
});
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway[Symbol.asyncDispose]();
});
afterAll(async () => {
  await mongo[Symbol.asyncDispose]();
});

async function open(options: Partial<TestGatewayOptions> = {}): Promise<TestGateway> {
  const database = freshDatabaseName();
  const gateway = await openTestGateway({ mongodbUri: mongo.uri, database, ...options });
  opened.push(gateway);
  return gateway;
}

const JSON_HEADERS = { 'content-type': 'application/json' };

function insert(
  gateway: TestGateway,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = `${gateway.base}/orders`;
  return fetch(url, { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body });
}

/** Holds every write back until told: a database that is slow, at exactly the wanted moment. */
function heldBack(): {
  lanes: (writer: Writer) => { submit: Submit };
  release: () => void;
  held: Held[];
} {
  const held: Held[] = [];
  let writer: Writer | undefined;
  return {
    held,
    lanes: (real) => {
      writer = real;
      return { submit: (write, settle) => held.push({ write, settle }) };
    },
    release: () => {
      for (const { write, settle } of held.splice(0)) writer?.submit(write, settle);
    },
  };
}
type Submit = (write: Write, settle: Settle) => void;
interface Held {
  readonly write: Write;
  readonly settle: Settle;
}

describe('an insert and its read', () => {
  it('stores declared types, and reads back as relaxed and canonical JSON and as BSON', async () => {
    const gateway = await open({ collections: { orders: { types: { total: 'decimal' } } } });
    const inserted = await insert(gateway, '{"_id":"a/ü","total":"19.99","n":9007199254740993}');
    expect(inserted.status).toBe(201);
    const receipt = (await inserted.json()) as { id: string; location: string };
    expect(receipt).toMatchObject({ id: 'a/ü', lane: 'direct', tier: 'strong', state: 'applied' });
    expect(receipt.location).toContain('&id=a%2F%C3%BC');
    const url = `${gateway.base}/orders/a%2F%C3%BC`;
    const relaxed = await (await fetch(url)).text();
    expect(relaxed).toBe(
      '{"_id":"a/ü","total":{"$numberDecimal":"19.99"},"n":{"$numberLong":"9007199254740993"}}',
    );
    expect(await (await fetch(`${url}?json=canonical`)).json()).toMatchObject({
      n: { $numberLong: '9007199254740993' },
    });
    const bytes = await fetch(url, { headers: { accept: 'application/bson' } });
    expect(bytes.headers.get('content-type')).toBe('application/bson');
    const document = BSON.deserialize(new Uint8Array(await bytes.arrayBuffer()));
    expect(document['total']).toEqual(Decimal128.fromString('19.99'));
    expect((await fetch(`${gateway.base}/orders/none`)).status).toBe(404);
    expect((await fetch(`${url}?json=pretty`)).status).toBe(400);
  });

  it.each([
    ['uuid', /^[0-9a-f-]{36}$/],
    ['objectId', /^[0-9a-f]{24}$/],
    ['string', /^[0-9a-f-]{36}$/],
  ] as const)('makes an _id of type %s that reads by its text', async (idType, text) => {
    const gateway = await open({ collections: { orders: { idType } } });
    const { id, location } = (await (await insert(gateway, '{"a":1}')).json()) as {
      id: string;
      location: string;
    };
    expect(id).toMatch(text);
    expect(location).toContain(`&id=${id}`);
    expect((await fetch(`${gateway.base}/orders/${id}`)).status).toBe(200);
    if (idType !== 'string')
      expect((await fetch(`${gateway.base}/orders/nonsense`)).status).toBe(400);
  });

  it('reads a number of any type, and sends BSON as it is', async () => {
    const gateway = await open({ collections: { orders: { idType: 'long' } } });
    const url = `${gateway.base}/orders`;
    const body = new Uint8Array(BSON.serialize({ _id: 7, a: new Date(0) }));
    const inserted = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/bson' },
      body,
    });
    expect(await inserted.json()).toMatchObject({ id: 7 });
    expect(await (await fetch(`${url}/7`)).json()).toEqual({
      _id: 7,
      a: { $date: '1970-01-01T00:00:00Z' },
    });
  });
});

describe('an idempotency key', () => {
  it('replays equal content with 201, quoted or bare, and refuses other content', async () => {
    const gateway = await open();
    const first = await insert(gateway, '{"a":1}', { 'idempotency-key': '"k 1"' });
    expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);
    const again = await insert(gateway, '{"a":1}', { 'idempotency-key': '"k 1"' });
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(((await again.json()) as { id: string }).id).toBe(
      ((await first.json()) as { id: string }).id,
    );
    const other = await insert(gateway, '{"a":2}', { 'idempotency-key': '"k 1"' });
    expect(await other.json()).toMatchObject({ status: 422, code: 'key-reused', retryable: false });
    await insert(gateway, '{"b":1}', { 'idempotency-key': 'bare' });
    const quoted = await insert(gateway, '{"b":1}', { 'idempotency-key': '"bare"' });
    expect(quoted.headers.get('idempotency-replayed')).toBe('true');
    expect(await gateway.db.collection('orders').countDocuments()).toBe(2);
  });

  it('is refused when the header is there twice', async () => {
    const gateway = await open();
    const headers = [
      'content-type',
      'application/json',
      'idempotency-key',
      '"a',
      'idempotency-key',
      'b"',
    ];
    const request = httpRequest(`${gateway.base}/orders`, {
      method: 'POST',
      headers: headers,
    });
    request.end('{}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.resume().statusCode).toBe(400);
  });
});

describe('limits', () => {
  it('refuses over limits.inFlightBytes before it reads the body, and recovers', async () => {
    const back = heldBack();
    const gateway = await open({ lanes: back.lanes, limits: { inFlightBytes: 1000 } });
    const first = insert(gateway, `{"a":"${'x'.repeat(700)}"}`);
    await waitFor(() => back.held.length === 1, { what: 'the first write is under way' });
    const refused = await insert(gateway, `{"a":"${'y'.repeat(700)}"}`);
    expect(await refused.json()).toMatchObject({
      status: 503,
      code: 'over-capacity',
      retryable: true,
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    back.release();
    expect((await first).status).toBe(201);
    const third = insert(gateway, `{"a":"${'z'.repeat(700)}"}`);
    await waitFor(() => back.held.length === 1, { what: 'the third write is under way' });
    back.release();
    expect((await third).status).toBe(201);
  });

  it('gives back the bytes of a client that went away while sending', async () => {
    const gateway = await open({ limits: { inFlightBytes: 1000 } });
    const { hostname, port } = new URL(gateway.url);
    const { pathname } = new URL(`${gateway.base}/orders`);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{`,
    );
    await waitFor(
      async () => (await insert(gateway, `{"a":"${'x'.repeat(200)}"}`)).status === 503,
      { what: 'its bytes are held' },
    );
    socket.destroy();
    await waitFor(
      async () => (await insert(gateway, `{"a":"${'x'.repeat(200)}"}`)).status === 201,
      { what: 'they are given back' },
    );
  });

  it('gives back the bytes of half a line of a bulk client that went away', async () => {
    const gateway = await open({ limits: { inFlightBytes: 1000 } });
    const request = httpRequest(`${gateway.base}/orders/_bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
    }).on('error', () => undefined);
    request.write(`{"a":"${'x'.repeat(890)}`);
    const status = async (): Promise<number> =>
      (await insert(gateway, `{"a":"${'x'.repeat(200)}"}`)).status;
    await waitFor(async () => (await status()) === 503, { what: 'its bytes are held' });
    request.destroy();
    await waitFor(async () => (await status()) === 201, { what: 'they are given back' });
  });

  it('cuts a body that does not come, with 408', async () => {
    const gateway = await open({ timeouts: { bodyMs: 100 } });
    const { hostname, port } = new URL(gateway.url);
    const { pathname } = new URL(`${gateway.base}/orders`);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${pathname} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 408[^]*body-too-slow/);
    socket.destroy();
  });

  it('answers what is not HTTP with a problem', async () => {
    const gateway = await open();
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write('nonsense\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400[^]*"code":"bad-request"/);
    socket.destroy();
  });
});

describe('the buffered lane', () => {
  const durability = { fsync: 'everysec', mayLoseOnFailover: true } as const;

  it.each([
    [false, null],
    [true, 'true'],
  ])('answers 202 with what Redis promises (replayed: %s)', async (replayed, header) => {
    const gateway = await open({
      lanes: (writer) => ({
        submit: (write, settle) => {
          writer.submit(write, settle);
        },
        append: (_write, settle) => {
          setImmediate(settle, { state: 'queued', replayed, durability });
        },
      }),
    });
    const response = await insert(gateway, '{"_id":"q"}', { 'x-consistency': 'eventual' });
    const receipt = (await response.json()) as { location: string };
    expect(response.status).toBe(202);
    expect(receipt).toMatchObject({
      lane: 'buffered',
      tier: 'eventual',
      state: 'queued',
      replayed,
      guaranteed: { redis: durability, then: { w: 'majority', j: 'requested' } },
    });
    expect(response.headers.get('location')).toBe(receipt.location);
    expect(response.headers.get('idempotency-replayed')).toBe(header);
  });
});

describe('something unexpected', () => {
  it('is a 500 without its cause, which the log has under the request id', async () => {
    const logged: Record<string, unknown>[] = [];
    const log = { ...silentLog, error: (fields: object) => logged.push({ ...fields }) };
    const bug = new TypeError('the bug');
    const gateway = await open({
      log,
      limits: { inFlightBytes: 100 },
      lanes: () => ({
        submit: () => {
          throw bug;
        },
      }),
    });
    for (let i = 1; i <= 20; i++) {
      const response = await insert(gateway, '{"a":"some text"}');
      const text = await response.text();
      const problem = JSON.parse(text) as { requestId: string };
      expect(problem).toMatchObject({ status: 500, code: 'internal-error' });
      expect(text).not.toContain('the bug');
      expect(logged.at(-1)).toEqual({ requestId: problem.requestId, err: bug });
    }
    expect(logged.length).toBe(20);
  });
});

describe('stopping', () => {
  it('finishes what is under way, ends its connection, and accepts nothing more', async () => {
    const back = heldBack();
    const gateway = await open({ lanes: back.lanes });
    const underWay = insert(gateway, '{"_id":"last"}');
    await waitFor(() => back.held.length === 1, { what: 'a write is under way' });
    const stopped = gateway.http.stop();
    await waitFor(
      () =>
        insert(gateway, '{}').then(
          () => false,
          () => true,
        ),
      { what: 'connections are refused' },
    );
    back.release();
    const response = await underWay;
    expect([response.status, response.headers.get('connection')]).toEqual([201, 'close']);
    await stopped;
    expect(await gateway.db.collection('orders').countDocuments()).toBe(1);
  });

  it('answers a request that was on its way over an idle connection', async () => {
    const gateway = await open({ timeouts: { partingMs: 5_000 } });
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    // Answered once, so the server holds this connection for idle.
    socket.write(`GET /healthz HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    await once(socket, 'data');
    const stopped = gateway.http.stop();
    socket.write(
      `GET ${new URL(gateway.base).pathname}/orders/first HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1.1 404 [^]*connection: close/i);
    await stopped;
  });

  it('cuts what does not end in time', async () => {
    const back = heldBack();
    const gateway = await open({ lanes: back.lanes, timeouts: { drainMs: 50 } });
    const underWay = insert(gateway, '{}').then(
      () => 'answered',
      () => 'cut',
    );
    await waitFor(() => back.held.length === 1, { what: 'a write is under way' });
    await gateway.http.stop();
    expect(await underWay).toBe('cut');
    back.release();
  });
});

describe('GET /v1/writes/{writeId}', () => {
  const writeId = '0190163d-8694-739b-aea5-966c26f8ad91';

  it('asks with what the location carries and answers what is known', async () => {
    const asked: unknown[] = [];
    const gateway = await open({
      findWrite: {
        find: (question) => {
          asked.push(question);
          return Promise.resolve({ state: 'queued' });
        },
        waitFor: (question, waitMs) => {
          asked.push({ ...question, waitMs });
          const reason = { code: 'document-refused', text: 'no' };
          return Promise.resolve({ state: 'rejected', deadLetter: true, reason });
        },
      },
    });
    const namespace = `${gateway.db.databaseName}.orders`;
    const url = `${gateway.url}/v1/writes/${writeId}`;
    expect(await (await fetch(url)).json()).toEqual({ writeId, state: 'queued' });
    const rejected = await fetch(`${url}?ns=${namespace}&id=a&wait=500ms`);
    expect(await rejected.json()).toEqual({
      writeId,
      state: 'rejected',
      deadLetter: true,
      reason: { code: 'document-refused', detail: 'no' },
    });
    expect(asked).toMatchObject([
      { writeId, tenant: 'default' },
      { writeId, tenant: 'default', namespace, waitMs: 500 },
    ]);
    expect(asked[1]).toHaveProperty('canonicalId');
  });

  it.each([
    [writeId, 404, 'write-unknown'],
    ['nonsense', 400, 'bad-write-id'],
    [`${writeId}?wait=31s`, 400, 'bad-query'],
    [`${writeId}?wait=soon`, 400, 'bad-query'],
    [`${writeId}?id=a`, 400, 'bad-query'],
    [`${writeId}?ns=a.b`, 403, 'namespace-not-listed'],
    [`${writeId}?ns=admin.b`, 403, 'system-namespace'],
    [`${writeId}?ns=nodot`, 400, 'bad-namespace'],
  ])('answers %s with %d %s', async (path, status, code) => {
    const gateway = await open();
    const response = await fetch(`${gateway.url}/v1/writes/${path}`);
    expect(await response.json()).toMatchObject({ status, code });
  });
});
