import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  failpoint,
  spawnProcess,
  temporaryFolder,
  testServers,
  waitFor,
  type TestServers,
} from '@headrace/testkit';
import { MongoServerError } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeadLettersPort } from '../../src/accept/dead-letters-port.ts';
import { deadLettersOf } from '../../src/compose-dead-letters.ts';
import { wholeLane, type WholeLane } from '../apply/worker-under-test.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await testServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

/** A lane with one dead letter, of a patch whose document has come since. */
async function laneWithLetter(): Promise<WholeLane> {
  const lane = await wholeLane(servers, 1, 'buffered');
  await lane.openWorker();
  await lane.queueWrite(lane.change('patch', { _id: 'a', merge: { n: 1 } }));
  await lane.drained();
  await lane.orders.insertOne({ _id: 'a' as never, n: 0 });
  return lane;
}

function deadLetters(lane: WholeLane): DeadLettersPort {
  const rules = { tier: 'strong', changes: 'buffered', idType: 'string', types: {} } as const;
  return deadLettersOf(lane.writer, {
    mongodb: { uri: servers.mongodb.uri, database: lane.database, maxPoolSize: 4 },
    collections: { [lane.namespace]: rules },
  });
}

async function replay(lane: WholeLane): Promise<string[]> {
  const outcomes: string[] = [];
  for await (const { outcome } of deadLetters(lane).replay({ tenant: 'default' })) {
    outcomes.push(outcome);
  }
  return outcomes;
}

/** Whether somebody's open transaction holds the one dead letter. */
async function isHeld({ mongo, deadLetters: letters }: WholeLane): Promise<boolean> {
  return await mongo.withSession(async (session) => {
    session.startTransaction();
    try {
      await letters.updateOne({}, { $inc: { attempts: 1 } }, { session });
      return false;
    } catch (cause) {
      if (cause instanceof MongoServerError && cause.code === 112) return true;
      throw cause;
    } finally {
      await session.abortTransaction();
    }
  });
}

it('a process killed in the transaction of a replay: its letter is free within 10 s', async () => {
  await using lane = await laneWithLetter();
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'headrace.yaml');
  const { mongodb, redis } = servers;
  await writeFile(
    path,
    `mongodb: { uri: '${mongodb.uri}', database: ${lane.database} }\n` +
      `redis: { uri: '${redis.uri}' }\n` +
      `collections:\n  ${lane.namespace}: { changes: buffered, idType: string }\n`,
  );
  const held = await failpoint(lane.mongo, {
    ...{ commands: ['commitTransaction'], times: 1, blockMs: 30_000 },
  });
  const dying = await spawnProcess({
    entry: fileURLToPath(new URL('replay-all.ts', import.meta.url)),
    args: [path],
    ready: /begins/,
  });
  await waitFor(() => isHeld(lane), { what: 'the transaction holds the letter' });
  await dying.kill();
  await held.clear();
  await waitFor(async () => !(await isHeld(lane)), {
    ...{ what: 'the letter is free', deadlineMs: 10_000 },
  });
  expect(await replay(lane)).toEqual(['replayed']);
  expect(await lane.orders.find().toArray()).toEqual([{ _id: 'a', n: 1 }]);
}, 60_000);

it.each([
  [
    'find',
    'list',
    (lane: WholeLane) => deadLetters(lane).list({ tenant: 'default' }, { limit: 1 }),
  ],
  ['delete', 'discard', discard],
  ['update', 'replay', replay],
  ['commitTransaction', 'replay', replay],
])(
  'a %s that hangs as connections are lost does not hold %s up',
  async (command, _, call) => {
    await using lane = await laneWithLetter();
    await using held = await failpoint(lane.mongo, { commands: [command], blockMs: 8_000 });
    const lose = (): boolean => lane.writer.client.emit('connectionPoolCleared', {} as never);
    // Not each call of a replay is the one that hangs.
    const losing = setInterval(lose, 1_500);
    const startMs = performance.now();
    await expect(call(lane)).rejects.toMatchObject({ name: 'AbortError' });
    clearInterval(losing);
    expect(performance.now() - startMs).toBeLessThan(6_000);
    await held.clear();
  },
  30_000,
);

async function discard(lane: WholeLane): Promise<void> {
  const letter = await lane.deadLetters.findOne();
  await deadLetters(lane).discard(
    'default',
    String((letter?._id as { w?: unknown } | undefined)?.w),
  );
}
