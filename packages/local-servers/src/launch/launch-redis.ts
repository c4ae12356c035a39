import { mkdir } from 'node:fs/promises';
import { onPort } from './free-port.ts';
import { startServer, type RunningServer, type ServerPlan } from './running-server.ts';

export interface RedisLaunch {
  /** Absolute path of redis-server. */
  readonly program: string;
  /** Where its append-only file goes; made if missing. */
  readonly folder: string;
  /** 0 or absent: any free one. */
  readonly port?: number;
  /** Default true. */
  readonly appendonly?: boolean;
  /** Default `everysec`. */
  readonly appendfsync?: 'everysec' | 'always' | 'no';
  /** Absent: no limit. Over it, writes are refused (noeviction) and nothing is thrown away. */
  readonly maxmemoryBytes?: number;
  /** Further redis-server flags. */
  readonly extraArgs?: readonly string[];
}

/**
 * Starts redis-server on 127.0.0.1 with a folder of its own, the append-only file and noeviction.
 * @throws server-did-not-start
 */
export async function launchRedis(options: RedisLaunch): Promise<RunningServer> {
  await mkdir(options.folder, { recursive: true });
  return await onPort(options.port, (port) => startServer(redisPlan(options, port)));
}

function redisPlan(options: RedisLaunch, port: number): ServerPlan {
  return {
    folder: options.folder,
    port,
    uri: `redis://127.0.0.1:${port}`,
    process: {
      name: 'redis-server',
      path: options.program,
      args: redisArgs(options, port),
      cwd: options.folder,
      ready: /Ready to accept connections/,
    },
  };
}

function redisArgs(options: RedisLaunch, port: number): readonly string[] {
  const settings: Record<string, string> = {
    bind: '127.0.0.1',
    port: String(port),
    dir: options.folder,
    appendonly: options.appendonly === false ? 'no' : 'yes',
    appendfsync: options.appendfsync ?? 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
    maxmemory: String(options.maxmemoryBytes ?? 0),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return [...flags, ...(options.extraArgs ?? [])];
}
