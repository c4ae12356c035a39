import { createHash } from 'node:crypto';
import { testRedis } from '@headrace/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisClient } from '../../src/append/redis-client.ts';
import type { RedisArgument } from '../../src/append/redis-port.ts';
import { lookInto } from './lane-under-test.ts';

let server: Awaited<ReturnType<typeof testRedis>>;
let redis: RedisClient;
beforeAll(async () => {
  server = await testRedis();
  redis = await lookInto(server.uri);
});
afterAll(async () => {
  redis.close();
  await server[Symbol.asyncDispose]();
});

const text = 'return { #KEYS, KEYS, ARGV }';
const echo = { text, sha: createHash('sha1').update(text).digest('hex') };

it.each([
  ['nothing but keys', ['{a}1', '{a}2'], []],
  ['texts of any script', ['{ü}'], ['', 'плата', '漢\r\n$5']],
  ['bytes of any kind, between texts', ['{a}'], [Buffer.from([0, 13, 10, 255]), 'x', 'y']],
  ['bytes side by side, none and many', ['{a}'], [Buffer.alloc(0), Buffer.alloc(70_000, 7)]],
] as [string, string[], RedisArgument[]][])(
  'a script is given what it was called with: %s',
  async (_, keys, args) => {
    const reply = await redis.run(echo, keys.length, [...keys, ...args]);
    expect(reply).toEqual([keys.length, keys.map(bytes), args.map(bytes)]);
  },
);

function bytes(part: RedisArgument): Buffer {
  return Buffer.from(part as string);
}
