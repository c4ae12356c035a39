import { HeadraceError } from '@headrace/base';
import type { RedisClient, RedisSettings } from '@headrace/gateway';
import type { Finder, Finding } from './finding.ts';

/** The first that lets a script run on a full Redis (`flags=allow-oom`). */
const oldestMajor = 7;

/** The lines of INFO as names and values. */
export async function readInfo(redis: RedisClient): Promise<ReadonlyMap<string, string>> {
  const text = String(await redis.command('INFO'));
  const pairs = text.split('\r\n').map((line) => line.split(':', 2));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

export function judgeVersion(finder: Finder, info: ReadonlyMap<string, string>): Finding {
  const version = info.get('redis_version') ?? 'of an unknown version';
  if (Number.parseInt(version, 10) >= oldestMajor) return finder.ok(`Redis ${version}`);
  return finder.error(`Redis ${version} is too old`, `use ${oldestMajor}.0 or newer`);
}

/** Master or not, and whether there are the replicas that `minReplicas` asks for. */
export function judgeReplication(
  finder: Finder,
  info: ReadonlyMap<string, string>,
  { minReplicas }: Pick<RedisSettings, 'minReplicas'>,
): Finding {
  if (info.get('cluster_enabled') === '1') {
    const text = 'the server is a node of a Redis Cluster, which this version does not follow';
    return finder.error(text, 'name a standalone Redis, or sentinels');
  }
  if (info.get('role') !== 'master') {
    return finder.error(
      'the server is a replica and takes no writes',
      'name the master in redis.uri, or redis.sentinels with redis.masterName',
    );
  }
  const replicas = Number(info.get('connected_slaves') ?? 0);
  if (replicas < minReplicas) {
    const text = `${replicas} replicas are connected and redis.minReplicas asks for ${minReplicas}: every queued write would answer 504 below-tier`;
    return finder.error(text, 'start the replicas, or lower redis.minReplicas');
  }
  if (replicas === 0) return finder.ok('master without replicas');
  return finder.ok(`master with ${replicas} replicas: a fail-over may lose queued writes`);
}

/** Whether a queued write can be evicted, and what survives the end of Redis. */
export async function checkPolicy(
  finder: Finder,
  redis: RedisClient,
  {
    info,
    declaredFsync,
  }: { info: ReadonlyMap<string, string> } & Pick<RedisSettings, 'declaredFsync'>,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const eviction = info.get('maxmemory_policy');
  if (eviction !== undefined && eviction !== 'noeviction') {
    const text = `maxmemory-policy is ${eviction}: queued writes could be thrown away`;
    findings.push(finder.error(text, 'CONFIG SET maxmemory-policy noeviction, and in redis.conf'));
  }
  if (info.get('aof_enabled') === '0') {
    const text = 'appendonly is no: a queued write does not survive the end of Redis';
    findings.push(finder.warning(text, 'CONFIG SET appendonly yes, and in redis.conf'));
    return findings;
  }
  const fsync = await readFsync(redis);
  if (fsync === undefined && declaredFsync === undefined) {
    const text = 'CONFIG is forbidden, so appendfsync could not be checked: receipts say unknown';
    const fix = 'allow +config|get, or set redis.declaredFsync to what is true';
    return [...findings, finder.warning(text, fix)];
  }
  const source = fsync === undefined ? 'declared, not checked: CONFIG is forbidden' : 'appendfsync';
  return [...findings, judgeFsync(finder, fsync ?? declaredFsync ?? 'unknown', source)];
}

function judgeFsync(finder: Finder, fsync: string, source: string): Finding {
  if (fsync === 'no') {
    const text = `fsync is no (${source}): a power cut loses what the system had not yet written`;
    return finder.warning(text, 'CONFIG SET appendfsync everysec (or always), and in redis.conf');
  }
  const lost = fsync === 'always' ? 'nothing' : 'up to two seconds';
  return finder.ok(`noeviction; fsync is ${fsync} (${source}): a power cut loses ${lost}`);
}

async function readFsync(redis: RedisClient): Promise<string | undefined> {
  try {
    const reply = (await redis.command('CONFIG', 'GET', 'appendfsync')) as Buffer[];
    return reply[1]?.toString();
  } catch (error) {
    if (error instanceof HeadraceError && error.code === 'redis-refused') return undefined;
    throw error;
  }
}
