import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  startMongo,
  startRedis,
  type MongoOptions,
  type RedisOptions,
  type RunningServer,
} from '@headrace/local-servers';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * A MongoDB-wire server for one test file: on disk, an fsync per commit, fail points allowed. It
 * is always one of our own, whatever MONGODB_URI says: tests kill it and drop things. Disposing it
 * stops it and deletes its folder; close clients first, or each waits 30 s for it.
 */
export async function testMongo(settings: Partial<MongoOptions> = {}): Promise<RunningServer> {
  return await inTemporaryFolder((folder) =>
    startMongo({ folder, syncOnCommit: true, testCommands: true, ...settings }),
  );
}

/** A redis-server for one test file, with the append-only file, in a folder of its own. */
export async function testRedis(settings: Partial<RedisOptions> = {}): Promise<RunningServer> {
  return await inTemporaryFolder((folder) => startRedis({ folder, ...settings }));
}

export interface TestServers extends AsyncDisposable {
  readonly mongodb: RunningServer;
  readonly redis: RunningServer;
}

/** Both servers; see `testMongo` and `testRedis`. */
export async function testServers(
  settings: { mongodb?: Partial<MongoOptions>; redis?: Partial<RedisOptions> } = {},
): Promise<TestServers> {
  const mongodb = await testMongo(settings.mongodb);
  try {
    const redis = await testRedis(settings.redis);
    return { mongodb, redis, [Symbol.asyncDispose]: () => disposeAll(redis, mongodb) };
  } catch (cause) {
    await disposeAll(mongodb);
    throw cause;
  }
}

/** A database name nobody else uses, so that one server can serve all tests of a file. */
export function freshDatabaseName(): string {
  return `test_${randomBytes(6).toString('hex')}`;
}

async function inTemporaryFolder(
  start: (folder: string) => Promise<RunningServer>,
): Promise<RunningServer> {
  const folder = await temporaryFolder();
  try {
    const server = await start(join(folder.path, 'data'));
    // Not a spread: pid and exited are getters that follow a restart.
    return Object.create(server, {
      [Symbol.asyncDispose]: { value: () => disposeAll(server, folder) },
    }) as RunningServer;
  } catch (cause) {
    await disposeAll(folder);
    throw cause;
  }
}

async function disposeAll(...inOrder: readonly AsyncDisposable[]): Promise<void> {
  for (const one of inOrder) await one[Symbol.asyncDispose]();
}
