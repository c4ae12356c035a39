import { testRedis } from '@headrace/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BufferKeys, type PartitionKeys } from '../../src/append/buffer-keys-port.ts';
import type { RedisClient } from '../../src/append/redis-client.ts';
import { readScript } from '../../src/append/redis-port.ts';
import { freshNames, lookInto } from '../append/lane-under-test.ts';

const script = readScript(new URL('../../src/take/take-n.lua', import.meta.url));
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

interface Asked {
  readonly cursor?: string;
  readonly most?: number;
  readonly bytes?: number;
  readonly alone?: boolean;
  readonly token?: string;
}

async function stream(frames: readonly string[]): Promise<{
  take: (asked?: Asked) => Promise<{ before: string; frames: string[]; ids: string[] }>;
  ids: string[];
}> {
  const { partitions } = new BufferKeys(freshNames().prefix, 1);
  const mine = partitions[0] as PartitionKeys;
  await redis.command('SET', mine.lease, 'me');
  const ids: string[] = [];
  for (const frame of frames) {
    ids.push(String(await redis.command('XADD', mine.stream('a'), '*', 'w', frame)));
  }
  return {
    ids,
    take: async ({ cursor = '-', most = 500, bytes = 1e6, alone = false, token = 'me' } = {}) => {
      const keys = [mine.lease, mine.queued, mine.stream('a'), mine.taken('a')];
      const args = [token, cursor, String(most), String(bytes), alone ? '1' : '0'];
      const reply = (await redis.run(script, 4, [...keys, ...args])) as [
        Buffer[],
        Buffer,
        Buffer[],
      ];
      const flat = reply[2].map(String);
      return {
        before: String(reply[1]),
        ids: flat.filter((_, i) => i % 2 === 0),
        frames: flat.filter((_, i) => i % 2 === 1),
      };
    },
  };
}

describe('taking', () => {
  it('reads in order from the cursor on, and remembers the highest id for the next owner', async () => {
    const frames = Array.from({ length: 300 }, (_, n) => `frame ${n}`);
    const { take, ids } = await stream(frames);
    const first = await take({ most: 200 });
    expect(first.frames).toEqual(frames.slice(0, 200));
    expect(first.before).toBe('');
    const rest = await take({ cursor: ids[199] as string });
    expect(rest.frames).toEqual(frames.slice(200));
    // A new owner begins at the start: the highest id must not fall, or a third one misses some.
    expect((await take({ most: 10 })).before).toBe(ids[299]);
    expect((await take({ most: 10 })).before).toBe(ids[299]);
  });

  it('stops at the bytes it was given, and takes a larger entry only alone', async () => {
    const { take } = await stream(['x'.repeat(40), 'y'.repeat(40), 'z'.repeat(500)]);
    expect((await take({ bytes: 80 })).frames).toHaveLength(2);
    expect((await take({ bytes: 79 })).frames).toHaveLength(1);
    expect((await take({ bytes: 10 })).frames).toHaveLength(0);
    expect((await take({ bytes: 10, alone: true })).frames).toHaveLength(1);
  });

  it('is refused to everybody but the owner', async () => {
    const { take } = await stream(['x']);
    await expect(take({ token: 'somebody else' })).rejects.toMatchObject({
      code: 'redis-refused',
      details: { code: 'FENCED' },
    });
    expect((await take()).before).toBe('');
  });
});
