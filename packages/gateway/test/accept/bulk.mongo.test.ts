import { once } from 'node:events';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { writerErrors } from '@headrace/writer';
import { freshDatabaseName, testMongo, waitFor } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestGateway, type TestGateway } from './test-gateway.ts';

type Server = Awaited<ReturnType<typeof testMongo>>;
let mongo: Server;
let gateway: TestGateway;
/** Writes nothing: what it measures is the HTTP side alone. */
let refusing: TestGateway;
const database = freshDatabaseName();
const COLLECTIONS = ['orders', 'keyed', 'large', 'gone', 'stream'];

beforeAll(async () => {
  mongo = await testMongo();
  gateway = await openTestGateway({
    mongodbUri: mongo.uri,
    database,
    collections: Object.fromEntries(COLLECTIONS.map((name) => [name, {}])),
    limits: { requestBytes: 1024 * 1024 },
    timeouts: { slowReaderMs: 500 },
  });
  refusing = await openTestGateway({
    mongodbUri: mongo.uri,
    database: freshDatabaseName(),
    lanes: () => ({
      submit: (write, settle) => {
        const error = writerErrors.create('over-capacity', { writeId: write.writeId });
        setImmediate(() => {
          settle({ state: 'not-written', error });
        });
      },
    }),
    timeouts: { slowReaderMs: 500 },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await refusing[Symbol.asyncDispose]();
  await mongo[Symbol.asyncDispose]();
});

type Line = Record<string, unknown>;
const readLines = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);

async function bulk(
  path: string,
  body: string | Readable,
  headers: Record<string, string> = {},
): Promise<{ status: number; lines: Line[] }> {
  const response = await fetch(`${gateway.base}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body: body as string,
    duplex: 'half',
  });
  return { status: response.status, lines: readLines(await response.text()) };
}

describe('_bulk', () => {
  it('answers failed lines by their number in the file, and the sum', async () => {
    const body = '{"_id":"a"}\n\n  \nnonsense\r\n{"_id":"b"}\r\n{"$x":1}\n{"_id":"c"}';
    const { status, lines } = await bulk('orders/_bulk', body);
    expect(status).toBe(200);
    expect(lines).toMatchObject([
      { line: 4, status: 400, code: 'bad-json', retryable: false },
      { line: 6, status: 400, code: 'bad-field-name' },
      { done: true, lines: 5, applied: 3, queued: 0, replayed: 0, failed: 2 },
    ]);
    expect(await gateway.db.collection('orders').distinct('_id')).toEqual(['a', 'b', 'c']);
  });

  it('answers every line in order when asked to', async () => {
    const body = Array.from({ length: 500 }, (_, i) => (i % 7 === 3 ? 'x' : `{"_id":"all-${i}"}`));
    const { lines } = await bulk('orders/_bulk?results=all', body.join('\n'));
    expect(lines.slice(0, -1).map(({ line }) => line)).toEqual(body.map((_, i) => i + 1));
    expect(lines[0]).toMatchObject({
      line: 1,
      status: 201,
      id: 'all-0',
      state: 'applied',
      replayed: false,
    });
    expect(lines.at(-1)).toMatchObject({ done: true, lines: 500, applied: 429, failed: 71 });
  });

  it('resumes a file sent again under the same idempotency key', async () => {
    const lines = Array.from({ length: 100 }, (_, i) => `{"n":${i}}`).join('\n');
    const headers = { 'idempotency-key': '"file-1"' };
    const first = await bulk('keyed/_bulk', lines.slice(0, lines.indexOf('\n{"n":40}')), headers);
    expect(first.lines).toMatchObject([{ applied: 40, replayed: 0 }]);
    const second = await bulk('keyed/_bulk', lines, headers);
    expect(second.lines).toMatchObject([{ applied: 100, replayed: 40, failed: 0 }]);
    const single = await fetch(`${gateway.base}/keyed`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'file-1/7' },
      body: '{"n":6}',
    });
    expect(single.headers.get('idempotency-replayed')).toBe('true');
    expect(await gateway.db.collection('keyed').countDocuments()).toBe(100);
  });

  it('fails a line that is too long alone, wherever chunks are cut', async () => {
    const chunks = [
      '{"_id":"l1"}\n{"_id":"l2","a":"',
      ...Array<string>(80).fill('x'.repeat(32_768)),
      '"}\n{"_id"',
      ':"l3"}',
    ];
    const { lines } = await bulk('large/_bulk', Readable.from(chunks));
    expect(lines).toMatchObject([
      { line: 2, status: 413, code: 'body-too-large' },
      { lines: 3, applied: 2, failed: 1 },
    ]);
    expect(await gateway.db.collection('large').distinct('_id')).toEqual(['l1', 'l3']);
  });

  it.each([
    ['orders/_bulk?results=some', {}, 400, 'bad-query'],
    ['orders/_bulk', { 'content-type': 'application/json' }, 415, 'unsupported-content-type'],
    ['orders/_bulk', { 'idempotency-key': 'k'.repeat(241) }, 400, 'bad-idempotency-key'],
    ['orders/_bulk', { 'x-consistency': 'eventual' }, 400, 'lane-not-configured'],
    ['carts/_bulk', {}, 403, 'namespace-not-listed'],
  ])('refuses the whole of %s with %o: %d %s', async (path, headers, status, code) => {
    const answer = await bulk(path, '{"_id":"refused"}', headers);
    expect(answer).toMatchObject({ status, lines: [{ code }] });
    expect(await gateway.db.collection('orders').countDocuments({ _id: 'refused' as never })).toBe(
      0,
    );
  });

  it('finishes what is under way when the client goes away, and drops the half line', async () => {
    const request = open(gateway, 'gone/_bulk');
    request.write(
      `${Array.from({ length: 50 }, (_, i) => `{"_id":"g${i}"}`).join('\n')}\n{"_id":"ha`,
    );
    const stored = gateway.db.collection('gone');
    await waitFor(async () => (await stored.countDocuments()) === 50, {
      what: 'whole lines are stored',
    });
    request.destroy();
    const after = await bulk('orders/_bulk', '{"_id":"after-gone"}');
    expect(after.lines).toMatchObject([{ applied: 1 }]);
    expect(await stored.countDocuments()).toBe(50);
  });
});

/** Much larger than what the sockets between hold, so that one side really waits for the other. */
const THOUSAND_LINES = Buffer.from(`{"a":1}${' '.repeat(200)}\n`.repeat(1000));

describe('a _bulk client that sends everything before it reads', () => {
  it('gets an answer even when each of 100,000 lines fails', async () => {
    const request = open(refusing, 'orders/_bulk');
    const responded = once(request, 'response');
    for (let i = 0; i < 100; i++) {
      if (!request.write(THOUSAND_LINES)) await once(request, 'drain');
    }
    request.end();
    const [response] = (await responded) as [IncomingMessage];
    const told = readLines(await readAll(response));
    const done = told.at(-1) as { failed: number; failuresOmitted: number };
    expect(done).toMatchObject({ done: true, lines: 100_000, applied: 0, failed: 100_000 });
    expect(done.failuresOmitted).toBeGreaterThan(0);
    expect(told.length - 1 + done.failuresOmitted).toBe(100_000);
  });

  it('is cut off with results=all', async () => {
    const request = open(refusing, 'orders/_bulk?results=all');
    request.on('response', (response: IncomingMessage) => {
      response.pause().on('error', () => undefined);
    });
    const closed = new Promise<void>((resolve) => request.once('close', resolve));
    const sendForEver = (): void => {
      while (!request.destroyed && request.write(THOUSAND_LINES));
    };
    request.on('drain', sendForEver);
    sendForEver();
    await closed;
    expect(request.errored ?? request.destroyed).toBeTruthy();
  });
});

describe('a _bulk client that reads while it sends', () => {
  it('is told of every one of 100,000 failed lines', async () => {
    const request = open(refusing, 'orders/_bulk');
    const read = once(request, 'response').then(([response]) => readAll(response as Readable));
    for (let i = 0; i < 100; i++) {
      if (!request.write(THOUSAND_LINES)) await once(request, 'drain');
    }
    request.end();
    const told = readLines(await read);
    expect(told.length).toBe(100_001);
    expect(told.at(-1)).toEqual({
      done: true,
      lines: 100_000,
      applied: 0,
      queued: 0,
      replayed: 0,
      failed: 100_000,
    });
  });
});

describe('memory', () => {
  it('stays bounded while 200,000 lines pass through', async () => {
    const filler = 'x'.repeat(200);
    let highestBytes = 0;
    async function* body(): AsyncGenerator<Buffer> {
      for (let i = 0; i < 200; i++) {
        const lines = Array.from(
          { length: 1000 },
          (_, j) => `{"_id":"s${i * 1000 + j}","f":"${filler}"}\n`,
        );
        await Promise.resolve();
        const { heapUsed, external } = process.memoryUsage();
        highestBytes = Math.max(highestBytes, heapUsed + external);
        yield Buffer.from(lines.join(''));
      }
    }
    const { heapUsed, external } = process.memoryUsage();
    const { lines } = await bulk('stream/_bulk', Readable.from(body()));
    expect(lines).toMatchObject([{ done: true, lines: 200_000, applied: 200_000, failed: 0 }]);
    // 46 MB pass; bounded is what is in flight (16 MiB of lines), its BSON, and what the collector leaves.
    expect((highestBytes - heapUsed - external) / 2 ** 20).toBeLessThan(150);
    expect(await gateway.db.collection('stream').countDocuments()).toBe(200_000);
  });
});

function open(to: TestGateway, path: string): ClientRequest {
  return httpRequest(`${to.base}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  }).on('error', () => undefined);
}

async function readAll(response: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}
