import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StopOrder } from '@headrace/base';
import {
  findMongod,
  findRedisServer,
  startMongo,
  type RunningServer,
} from '@headrace/local-servers';
import { MongoClient } from 'mongodb';
import { findWrk } from './drive/find-wrk.ts';
import { makeOrders } from './drive/make-orders.ts';
import { wrkDriver } from './drive/wrk.ts';
import { benchErrors } from './errors.ts';
import { MeasuredCollection } from './measure/measured-collection.ts';
import type { Bench } from './measure/measure-step.ts';
import type { Settings } from './plan/settings.ts';
import { printedVersion } from './report/printed-version.ts';
import { subjectStarter } from './start/start-subject.ts';
import { COLLECTION, DATABASE, type PlainChoice, type StartSubject } from './start/subject.ts';

export interface BenchOptions {
  readonly settings: Settings;
  readonly profiles: string | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** What stays for the whole run. */
export interface OpenBench extends Omit<Bench, 'start'> {
  readonly bodies: readonly string[];
  /** The programs beside Node, with version and what of their settings matters. */
  readonly programs: Readonly<Record<string, string>>;
  /** The cases, the plain one with the given settings. */
  readonly startWith: (plain: PlainChoice) => StartSubject;
}

/** The file system that lies in memory, as statfs(2) names it. */
const TMPFS_MAGIC = 0x01021994;
/** A run writes for an hour: small log files would make the server stop and make new ones. */
const LOG_FILE_MIB = 128;
const CACHE_MIB = 1_024;

/** The database that is written to. */
export interface OpenDatabase {
  readonly mongodb: RunningServer;
  readonly collection: MeasuredCollection;
  /** For what lives as long as the run. */
  readonly folder: string;
  /** The program, with version and what of its settings matters. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Starts the database, a process of its own on a disk. Each part is added to `order`. */
export async function openDatabase(
  order: StopOrder,
  { say, signal }: Pick<BenchOptions, 'say' | 'signal'>,
): Promise<OpenDatabase> {
  const program = await findMongod({ say });
  const folder = await openFolder(order);
  const mongodb = await startMongo({
    program,
    folder: join(folder, 'mongodb'),
    syncOnCommit: true,
    cacheMib: CACHE_MIB,
    logFileMib: LOG_FILE_MIB,
  });
  order.add('mongodb', async () => {
    await mongodb.stop();
  });
  signal.throwIfAborted();
  const client = new MongoClient(mongodb.uri);
  order.add('the count', () => client.close());
  const about = `${program.kind} ${await printedVersion(program.path)}`;
  return {
    mongodb,
    collection: new MeasuredCollection(client, { database: DATABASE, collection: COLLECTION }),
    folder,
    programs: { mongodb: `${about}, on disk, an fsync for each commit, cache ${CACHE_MIB} MiB` },
  };
}

/** Finds the tools, starts the database and writes the orders. Each part is added to `order`. */
export async function openBench(order: StopOrder, options: BenchOptions): Promise<OpenBench> {
  const { say, signal, settings } = options;
  const wrk = await findWrk(say);
  const redisServer = await findRedisServer({ say });
  const { mongodb, collection, folder, programs } = await openDatabase(order, options);
  const bodies = makeOrders();
  const bodiesFile = join(folder, 'orders.ndjson');
  await writeFile(bodiesFile, `${bodies.join('\n')}\n`);
  const subjects = { mongodbUri: mongodb.uri, folder, profiles: options.profiles };
  return {
    drive: wrkDriver(folder),
    collection,
    bodies,
    bodiesFile,
    mongodbPid: mongodb.pid,
    warmUpSeconds: settings.warmUpSeconds,
    signal,
    programs: {
      ...programs,
      redis: `redis-server ${await printedVersion(redisServer)}, appendonly yes, appendfsync everysec, noeviction`,
      wrk: `${wrk}, 1 thread`,
    },
    startWith: (plain) => subjectStarter({ ...subjects, plain }),
  };
}

async function openFolder(order: StopOrder): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'headrace-bench-'));
  order.add('the folder', () => rm(folder, { recursive: true }));
  if ((await statfs(folder)).type === TMPFS_MAGIC) {
    throw benchErrors.create('not-on-disk', { folder });
  }
  return folder;
}
