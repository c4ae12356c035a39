import { expect, test } from 'vitest';
import { connect } from '../../src/index.ts';
import { problem, scriptedGateway, type Reply } from '../scripted-gateway.ts';

interface Counted {
  readonly applied?: number;
  readonly replayed?: number;
}

function results(counts: Counted, ...failed: object[]): Reply {
  const { applied = 0, replayed = 0 } = counts;
  const done = { done: true, lines: applied + failed.length, applied, queued: 0, replayed };
  const lines = [...failed, { ...done, failed: failed.length }];
  return { status: 200, body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

function* numbers(count: number): Generator<{ n: number }> {
  for (let n = 1; n <= count; n++) yield { n };
}

const busy = { status: 429, code: 'document-busy', detail: 'Later.', retryable: true };
const refused = { status: 422, code: 'document-refused', detail: 'No.', retryable: false };

test('cuts by lines, numbers failures over the whole source, and gives each part its key', async () => {
  await using gateway = await scriptedGateway(
    results({ applied: 4000 }),
    results({ applied: 3999 }, { line: 7, ...refused }),
    results({ applied: 1 }),
  );
  const told: number[] = [];
  const orders = connect(gateway.url).collection('shop.orders');
  const result = await orders.bulk(numbers(8001), {
    ...{ idempotencyKey: 'file', tier: 'balanced' },
    onFailure: ({ line }) => told.push(line),
  });
  expect(result).toMatchObject({ lines: 8001, applied: 8000, queued: 0, replayed: 0, failed: 1 });
  expect(result.failures).toMatchObject([{ line: 4007, code: 'document-refused' }]);
  expect(told).toEqual([4007]);
  const { received } = gateway;
  expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    '"file/1"',
    '"file/2"',
    '"file/3"',
  ]);
  expect(received.map(({ text }) => text.split('\n').length - 1)).toEqual([4000, 4000, 1]);
  expect(received[0]).toMatchObject({ method: 'POST', url: '/v1/db/shop/orders/_bulk' });
  expect(received[0]?.headers).toMatchObject({
    ...{ 'content-type': 'application/x-ndjson', 'x-consistency': 'balanced' },
  });
});

test('cuts by size; a longer document goes alone', async () => {
  await using gateway = await scriptedGateway(results({}));
  const text = (megabytes: number) => 'x'.repeat(megabytes * 1024 * 1024);
  const source = [text(1), text(2), text(2), text(5), text(1)].map((filling) => ({ filling }));
  await connect(gateway.url).collection('a.b').bulk(source);
  const sizes = gateway.received.map(({ text }) => Math.round(text.length / 1024 / 1024));
  expect(sizes).toEqual([3, 2, 5, 1]);
});

test('sends lines again that may pass later: those alone, each at its place', async () => {
  await using gateway = await scriptedGateway(
    results({ applied: 1 }, { line: 2, ...busy }, { line: 3, ...refused }, { line: 4, ...busy }),
    results({ applied: 1 }, { line: 4, ...busy }),
    results({ applied: 1, replayed: 1 }),
  );
  const result = await connect(gateway.url).collection('a.b').bulk(numbers(4));
  expect(result).toMatchObject({ lines: 4, applied: 3, replayed: 1, failed: 1 });
  expect(gateway.received.map(({ text }) => text)).toEqual([
    '{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n',
    '\n{"n":2}\n\n{"n":4}\n',
    '\n\n\n{"n":4}\n',
  ]);
  const keys = gateway.received.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(1);
});

test('lines that never pass fail in the end', async () => {
  await using gateway = await scriptedGateway(results({ applied: 1 }, { line: 2, ...busy }));
  const orders = connect(gateway.url).collection('a.b');
  const result = await orders.bulk(numbers(2), { maxTries: 2 });
  expect(result).toMatchObject({ failed: 1, failures: [{ line: 2, retryable: true }] });
  expect(gateway.received).toHaveLength(2);
});

test('a lost answer is asked for again under the same key', async () => {
  await using gateway = await scriptedGateway('cut', results({ applied: 2, replayed: 2 }));
  const result = await connect(gateway.url).collection('a.b').bulk(numbers(2));
  expect(result).toMatchObject({ applied: 2, replayed: 2, failed: 0 });
  const [first, second] = gateway.received;
  expect(second?.text).toBe(first?.text);
  expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
});

test('a document that can not be written fails alone', async () => {
  await using gateway = await scriptedGateway(results({ applied: 1 }));
  const source = [{ at: new Date(NaN) }, { at: new Date(0) }];
  const result = await connect(gateway.url).collection('a.b').bulk(source);
  expect(result).toMatchObject({ lines: 2, applied: 1, failed: 1 });
  expect(result.failures).toMatchObject([{ line: 1, code: 'bad-argument' }]);
  expect(gateway.received[0]?.text).toBe('\n{"at":{"$date":"1970-01-01T00:00:00.000Z"}}\n');
});

test('a refused request ends it with the key to resume under, and closes the source', async () => {
  await using gateway = await scriptedGateway(
    results({ applied: 4000 }),
    problem(403, 'namespace-not-listed'),
  );
  let isClosed = false;
  async function* source(): AsyncGenerator<{ n: number }> {
    try {
      for (const one of numbers(9000)) yield await Promise.resolve(one);
    } finally {
      isClosed = true;
    }
  }
  const orders = connect(gateway.url).collection('a.b');
  await expect(orders.bulk(source(), { idempotencyKey: 'file' })).rejects.toMatchObject({
    ...{ code: 'namespace-not-listed', status: 403, idempotencyKey: 'file' },
  });
  expect(isClosed).toBe(true);
});

test('holds a bounded number of failures, and tells them all', async () => {
  const failed = Array.from({ length: 4000 }, (_, at) => ({ line: at + 1, ...refused }));
  await using gateway = await scriptedGateway(results({}, ...failed));
  let told = 0;
  const orders = connect(gateway.url).collection('a.b');
  const result = await orders.bulk(numbers(4000), { onFailure: () => (told += 1) });
  expect(result.failed).toBe(4000);
  expect(result.failures).toHaveLength(1000);
  expect(told).toBe(4000);
});
