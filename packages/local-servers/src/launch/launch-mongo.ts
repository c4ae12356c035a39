import { mkdir } from 'node:fs/promises';
import { onPort } from './free-port.ts';
import { makePrimary, REPLICA_SET } from './make-primary.ts';
import type { MongoProgram } from './mongo-program-port.ts';
import { startServer, type RunningServer, type ServerPlan } from './running-server.ts';

export interface MongoLaunch {
  readonly program: MongoProgram;
  /** Where its data goes; made if missing. */
  readonly folder: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /**
   * Default true: an fsync for each commit, so that `j: true` is honest. secantusd lost
   * acknowledged majority writes on kill -9 without it; mongod does it by itself.
   */
  readonly syncOnCommit?: boolean;
  /** Default false: `configureFailPoint`, for tests that inject server faults. */
  readonly testCommands?: boolean;
  /** Storage cache in MiB, at most; default 1024. */
  readonly cacheMib?: number;
  /**
   * Size in MiB of one write-ahead log file, allocated whole; default 16. Long runs want 128.
   * Only `secantusd-rs` lets it be chosen.
   */
  readonly logFileMib?: number;
  /** Further flags of the program. */
  readonly extraArgs?: readonly string[];
}

/**
 * With 256 a transaction of a document over 8 MiB and its ledger row stands still in `secantusd-rs`
 * until it is taken back, and everything else beside it for as long.
 */
const defaultCacheMib = 1024;

/**
 * Starts a one-member replica set on 127.0.0.1; its `uri` names the set, so a driver finds the
 * primary, retries writes and runs transactions as it would in production.
 * @throws server-did-not-start, replica-set-not-ready
 */
export async function launchMongo(options: MongoLaunch): Promise<RunningServer> {
  await mkdir(options.folder, { recursive: true });
  const plan = options.program.kind === 'mongod' ? mongodPlan : secantusPlan;
  return await onPort(options.port, (port) => startServer(plan(options, port)));
}

function mongodPlan(options: MongoLaunch, port: number): ServerPlan {
  const { folder, program } = options;
  const cacheGb = (options.cacheMib ?? defaultCacheMib) / 1024;
  return {
    folder,
    port,
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`,
    process: {
      name: 'mongod',
      path: program.path,
      args: [
        ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', folder],
        ...['--replSet', REPLICA_SET, '--wiredTigerCacheSizeGB', String(Math.max(cacheGb, 0.25))],
        ...(options.testCommands ? ['--setParameter', 'enableTestCommands=1'] : []),
        ...(options.extraArgs ?? []),
      ],
      cwd: folder,
      ready: /Waiting for connections/i,
      readyWithinMs: 60_000,
    },
    afterStart: () => makePrimary(port),
  };
}

function secantusPlan(options: MongoLaunch, port: number): ServerPlan {
  const { folder, program } = options;
  return {
    folder,
    port,
    // It announces a set of this name by itself.
    uri: `mongodb://127.0.0.1:${port}/?replicaSet=secantus`,
    process: {
      name: program.kind,
      path: program.path,
      args: [
        ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder],
        ...['--cache-size', `${options.cacheMib ?? defaultCacheMib}M`],
        ...(program.kind === 'secantusd-rs'
          ? ['--log-file-max', `${options.logFileMib ?? 16}MB`]
          : []),
        ...(options.syncOnCommit === false ? [] : ['--sync-on-commit']),
        ...(options.testCommands ? ['--enable-test-commands'] : []),
        ...(options.extraArgs ?? []),
      ],
      cwd: folder, // it reads ./secantusd.toml: there is none in its own folder
      env: { PYTHONUNBUFFERED: '1' }, // its Python form would keep the ready line in a buffer
      ready: /listening on \S*:\d+/,
    },
  };
}
