import { expect, test } from 'vitest';
import { connect, HeadraceClientError } from '../../src/index.ts';
import { applied, problem, scriptedGateway, WRITE_ID } from '../scripted-gateway.ts';

const document = { _id: 'A-1', total: 5 };
const over = problem(503, 'over-capacity', { retryable: true, retryAfterMs: 20 });

async function failure(call: Promise<unknown>): Promise<HeadraceClientError> {
  const thrown: unknown = await call.catch((error: unknown) => error);
  if (!(thrown instanceof HeadraceClientError)) expect.unreachable(`it came to ${String(thrown)}`);
  return thrown;
}

test('one idempotency key over all tries of a call, another for the next call', async () => {
  await using gateway = await scriptedGateway(
    over,
    'cut',
    problem(409, 'idempotency-key-running', { retryable: true }),
    problem(504, 'outcome-unknown', { retryable: true }),
    { status: 502, body: '<html>bad gateway</html>' },
    applied,
  );
  const orders = connect(gateway.url).collection('shop.orders');
  const answer = await orders.insertOne(document);
  expect(answer).toMatchObject({ acknowledged: true, insertedId: 'A-1' });
  expect(answer.receipt).toMatchObject({ state: 'applied', writeId: WRITE_ID });
  await orders.insertOne(document);
  const keys = gateway.received.map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(7);
  expect(new Set(keys.slice(0, 6)).size).toBe(1);
  expect(keys[6]).not.toBe(keys[0]);
});

test('each try says how much of the deadline is left', async () => {
  await using gateway = await scriptedGateway(over, over, applied);
  await connect(gateway.url).collection('a.b').insertOne(document, { deadlineMs: 5000 });
  const left = gateway.received.map(({ headers }) => Number(headers['x-deadline-ms']));
  expect(left[0]).toBeLessThanOrEqual(5000);
  expect(left[1]).toBeLessThanOrEqual((left[0] ?? 0) - 20);
  expect(left[2]).toBeLessThanOrEqual((left[1] ?? 0) - 20);
});

test.each([
  ['retryAfterMs', problem(503, 'stopping', { retryable: true, retryAfterMs: 300 }), 300],
  ['Retry-After', { status: 503, headers: { 'retry-after': '1' } }, 1000],
])('waits as long as %s says', async (_name, reply, leastMs) => {
  await using gateway = await scriptedGateway(reply, applied);
  await connect(gateway.url).collection('a.b').insertOne(document);
  const [first, second] = gateway.received.map(({ atMs }) => atMs);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(leastMs - 5);
});

test('a refusal for good is thrown at once, with all the gateway said', async () => {
  await using gateway = await scriptedGateway(problem(422, 'key-reused'));
  const call = connect(gateway.url)
    .collection('a.b')
    .insertOne(document, { idempotencyKey: 'a "quoted" one' });
  expect(await failure(call)).toMatchObject({
    ...{ code: 'key-reused', status: 422, retryable: false, writeId: WRITE_ID, requestId: 'r-1' },
    ...{ detail: 'The text of key-reused.', docs: `${gateway.url}/docs#key-reused` },
    idempotencyKey: 'a "quoted" one',
  });
  expect(gateway.received).toHaveLength(1);
  expect(gateway.received[0]?.headers['idempotency-key']).toBe('"a \\"quoted\\" one"');
});

test('ends after maxTries with the last refusal', async () => {
  await using gateway = await scriptedGateway(over);
  const call = connect(gateway.url).collection('a.b').insertOne(document, { maxTries: 3 });
  expect(await failure(call)).toMatchObject({ code: 'over-capacity', retryable: true });
  expect(gateway.received).toHaveLength(3);
});

test('does not wait for what the deadline rules out', async () => {
  const later = problem(503, 'over-capacity', { retryable: true, retryAfterMs: 60_000 });
  await using gateway = await scriptedGateway(later);
  const call = connect(gateway.url, { deadlineMs: 2000 }).collection('a.b').insertOne(document);
  expect(await failure(call)).toMatchObject({ code: 'over-capacity', retryAfterMs: 60_000 });
  expect(gateway.received).toHaveLength(1);
});

test('no answer by the deadline and a second: no-answer, and the key to go on with', async () => {
  await using gateway = await scriptedGateway('silent');
  const orders = connect(gateway.url).collection('a.b');
  const error = await failure(orders.insertOne(document, { deadlineMs: 50, idempotencyKey: 'k' }));
  expect(error).toMatchObject({ code: 'no-answer', status: 0, retryable: true });
  expect(error.idempotencyKey).toBe('k');
});

test('what no gateway would answer is told apart, and a redirect is not followed', async () => {
  const elsewhere = { status: 307, headers: { location: 'http://127.0.0.1:9/' } };
  for (const reply of [{ status: 404, body: 'nothing here' }, elsewhere]) {
    await using gateway = await scriptedGateway(reply);
    const call = connect(gateway.url).collection('a.b').insertOne(document);
    const expected = { code: 'bad-answer', status: reply.status, retryable: false };
    expect(await failure(call)).toMatchObject(expected);
    expect(gateway.received).toHaveLength(1);
  }
});

test('a signal ends a call on its way and between two tries', async () => {
  const later = problem(503, 'over-capacity', { retryable: true, retryAfterMs: 5000 });
  for (const reply of ['silent', later] as const) {
    await using gateway = await scriptedGateway(reply);
    const ending = new AbortController();
    const call = connect(gateway.url)
      .collection('a.b')
      .insertOne(document, { signal: ending.signal });
    await expect.poll(() => gateway.received.length).toBe(1);
    const reason = new Error('enough');
    ending.abort(reason);
    await expect(call).rejects.toBe(reason);
    await expect(
      connect(gateway.url).collection('a.b').insertOne(document, { signal: ending.signal }),
    ).rejects.toBe(reason);
    expect(gateway.received).toHaveLength(1);
  }
});

test('sends the API key, and keeps the path of the URL', async () => {
  await using gateway = await scriptedGateway(applied);
  const client = connect(`${gateway.url}/writes/`, { apiKey: 'hk_1.abc' });
  await client.collection('shop.orders.2026').insertOne(document, { tier: 'balanced' });
  expect(gateway.received[0]).toMatchObject({
    ...{ method: 'POST', url: '/writes/v1/db/shop/orders.2026', text: '{"_id":"A-1","total":5}' },
    headers: {
      ...{ authorization: 'Bearer hk_1.abc', 'x-consistency': 'balanced' },
      'content-type': 'application/json',
    },
  });
});

test.each([
  ['no URL', () => connect('localhost:8080')],
  ['a URL with a password', () => connect('http://me:secret@127.0.0.1:8080')],
  ['an API key with a line end', () => connect('http://127.0.0.1', { apiKey: 'a\nb' })],
  ['no namespace', () => connect('http://127.0.0.1').collection('orders')],
])('%s is refused before anything is sent', (_name, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});

test('an idempotency key no header holds is refused before anything is sent', async () => {
  await using gateway = await scriptedGateway(applied);
  const call = connect(gateway.url).collection('a.b').insertOne(document, { idempotencyKey: 'é' });
  expect(await failure(call)).toMatchObject({ code: 'bad-argument', retryable: false });
  expect(gateway.received).toHaveLength(0);
});
