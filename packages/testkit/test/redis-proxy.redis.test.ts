import type { RunningServer } from '@headrace/local-servers';
import { redisProxy, testRedis, type RedisProxy } from '@headrace/testkit';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

let server: RunningServer;
let proxy: RedisProxy;
let redis: Redis;
let direct: Redis;

beforeAll(async () => {
  server = await testRedis();
  direct = new Redis(server.uri);
});
afterAll(async () => {
  direct.disconnect();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await direct.flushdb();
  proxy = await redisProxy({ target: server });
  redis = new Redis(proxy.url, { maxRetriesPerRequest: 0, retryStrategy: () => 10 });
  redis.on('error', () => undefined); // cuts are what these tests make
  await redis.ping();
});
afterEach(async () => {
  redis.disconnect();
  await proxy.close();
});

test('a lost answer: the command has run and the client sees its connection closed', async () => {
  proxy.cutBeforeReply(1, 'incr');
  await redis.set('other', 'passes');
  await expect(redis.incr('n')).rejects.toThrow();
  expect(await direct.get('n')).toBe('1');
  expect(await redis.incr('n')).toBe(2);
});

test('a cut ends what is in flight, and the client comes back', async () => {
  proxy.blackHole(true);
  const lost = expect(redis.incr('n')).rejects.toThrow();
  proxy.cut();
  await lost;
  proxy.blackHole(false);
  expect(await direct.get('n')).toBeNull();
  expect(await redis.incr('n')).toBe(1);
});

test('a black hole holds commands until it is off', async () => {
  proxy.blackHole(true);
  const held = redis.incr('n');
  for (let trips = 0; trips < 10; trips += 1) await direct.ping(); // time enough to slip through
  expect(await direct.incrby('n', 10)).toBe(10);
  proxy.blackHole(false);
  expect(await held).toBe(11);
});

test('replies come later by the delay, in order, also when it is taken away', async () => {
  const order: string[] = [];
  proxy.setDelayMs(100);
  const began = performance.now();
  const late = redis.echo('late').then((answer) => order.push(answer));
  await expect.poll(() => direct.client('LIST')).toContain('cmd=echo');
  await direct.ping(); // by now the answer of the earlier command has reached the proxy too
  proxy.setDelayMs(0);
  const soon = redis.echo('soon').then((answer) => order.push(answer));
  await Promise.all([late, soon]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(95);
  expect(order).toEqual(['late', 'soon']);
});
