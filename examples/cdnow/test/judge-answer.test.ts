import { describe, expect, it } from 'vitest';
import type { Answer } from '../src/exchange.ts';
import { judgeAnswer } from '../src/judge-answer.ts';
import { planReplay, type Delivery } from '../src/plan-replay.ts';
import { readOrders } from '../src/read-orders.ts';

// The first deliveries of six orders: two at strong, two at eventual, and the one _bulk of two.
const deliveries = [...planReplay((await readOrders()).slice(0, 6))];
const post = deliveries[0] ?? expect.unreachable();
const bulk = deliveries.at(-1) ?? expect.unreachable();

function judge(delivery: Delivery, status: number, text: string, headers: Answer['headers'] = {}) {
  return judgeAnswer(delivery, { status, text, headers });
}

describe('the answer to a POST', () => {
  it('settles it, and tells whether it was answered before', () => {
    expect(judge(post, 201, '{}')).toEqual({ settled: true, replayed: 0 });
    const headers = { 'idempotency-replayed': 'true' };
    expect(judge(post, 202, '{}', headers)).toEqual({ settled: true, replayed: 1 });
  });

  it.each([
    [429, '{"code":"document-busy","retryable":true}'],
    [503, '{"code":"over-capacity","retryable":true}'],
    [503, ''],
    [504, '{"code":"below-tier","retryable":true}'],
    [504, 'a proxy gave up'],
    [409, '{"code":"idempotency-key-running","retryable":true}'],
  ])('sends it again after %i %s', (status, text) => {
    expect(judge(post, status, text)).toMatchObject({ settled: false });
  });

  it.each([
    [503, '{"code":"tier-unsatisfiable","retryable":false}'],
    [409, '{"code":"duplicate","retryable":false}'],
    [422, '{"code":"key-reused","retryable":false}'],
    [403, '{"code":"namespace-not-listed","retryable":false}'],
    [404, 'no such page'],
  ])('fails after %i %s, quoting it', (status, text) => {
    expect(() => judge(post, status, text)).toThrow(`order 1: ${status} ${text}`);
  });

  it('waits as the problem says, else as the header says', () => {
    const headers = { 'retry-after': '2' };
    expect(judge(post, 503, '{"retryAfterMs":1500}', headers)).toMatchObject({ waitMs: 1_500 });
    expect(judge(post, 503, '{}', headers)).toMatchObject({ waitMs: 2_000 });
    expect(judge(post, 503, '{}')).toMatchObject({ waitMs: undefined });
  });

  it('takes no other success for an insert', () => {
    expect(() => judge(post, 204, '')).toThrow(/order 1.*204/);
  });
});

describe('the answer to a _bulk', () => {
  it('settles it when its last line accounts for every order', () => {
    const last = '{"done":true,"lines":2,"applied":2,"failed":0}\n';
    expect(judge(bulk, 200, last)).toEqual({ settled: true, replayed: undefined });
    const told = '{"done":true,"lines":2,"applied":2,"failed":0,"replayed":2}\n';
    expect(judge(bulk, 200, told)).toEqual({ settled: true, replayed: 2 });
  });

  it.each([
    '',
    '{"line":1,"status":503,"retryable":true}\n',
    '{"done":true,"lines":2,"app',
    '{"line":2,"status":503,"retryable":true}\n{"done":true,"lines":2,"applied":1,"failed":1}\n',
  ])('sends it again after %j', (text) => {
    expect(judge(bulk, 200, text)).toMatchObject({ settled: false });
  });

  it('fails when a line is refused for good, quoting it', () => {
    const text =
      '{"line":1,"status":503,"retryable":true}\n{"line":2,"status":422,"retryable":false}\n' +
      '{"done":true,"lines":2,"applied":0,"failed":2}\n';
    expect(() => judge(bulk, 200, text)).toThrow(/a line of _bulk request 1.*422/);
  });

  it('fails when orders are not accounted for', () => {
    expect(() => judge(bulk, 200, '{"done":true,"lines":1,"applied":1,"failed":0}')).toThrow();
    expect(() => judge(bulk, 200, '{"done":true,"lines":2,"applied":1,"failed":0}')).toThrow();
  });
});
