import { HeadraceError } from '@headrace/base';
import {
  optionalRedisCommands,
  redisAclRules,
  redisCommands,
  type RedisClient,
  type RedisSettings,
} from '@headrace/gateway';
import type { Finder, Finding } from './finding.ts';

/** SHA-1 of a script nobody has. */
const noScript = '0'.repeat(40);

/**
 * Arguments that change nothing: of a name that is not there, or malformed, which is found only
 * after the rights are. Null: there are none, so it is tried with ACL DRYRUN alone.
 */
function harmless(name: string): Readonly<Record<string, readonly string[] | null>> {
  return {
    info: ['server'],
    ping: [],
    time: [],
    evalsha: [noScript, '1', name],
    'script|load': ['LOAD', 'return 1'],
    'config|get': ['GET', 'appendfsync'],
    wait: ['0', '1'],
    ...{ exists: [name], del: [name], pexpire: [name, '1'], get: [name], hgetall: [name] },
    ...{ hget: [name, 'f'], hmget: [name, 'f'], hexists: [name, 'f'], hdel: [name, 'f'] },
    ...{ xlen: [name], xrange: [name, '-', '+'], xdel: [name, '0-1'], zcard: [name] },
    ...{ zrem: [name, 'm'], zremrangebyscore: [name, '0', '0'] },
    set: [name, 'v', 'PX', 'none'],
    mset: [name, 'v', name],
    hset: [name, 'f', 'v', 'g'],
    hincrby: [name, 'f', 'none'],
    xadd: [name, 'none', 'f', 'v'],
    zadd: [name, 'none', 'm'],
    ...{ hsetnx: null, incr: null },
  };
}

const valid: Readonly<Record<string, readonly string[]>> = { hsetnx: ['f', 'v'], incr: [] };

/** Whether the user may run every command that is used, on the names it is used with. */
export async function checkRedisRights(
  finder: Finder,
  redis: RedisClient,
  { prefix, minReplicas }: Pick<RedisSettings, 'prefix' | 'minReplicas'>,
): Promise<Finding> {
  const name = `{${prefix}:probe}:x`;
  const needed = [
    ...redisCommands,
    ...(minReplicas > 0 ? [optionalRedisCommands.waitForReplicas] : []),
  ];
  const user = await whoAmI(redis);
  const forbidden: string[] = [];
  const untried: string[] = [];
  for (const command of needed) {
    const may = await mayRun(redis, { user, command, name });
    if (may === false) forbidden.push(command);
    if (may === undefined) untried.push(command);
  }
  const fix = `ACL SETUSER ${user ?? '<user>'} ${redisAclRules(prefix)}`;
  if (forbidden.length > 0) {
    return finder.error(`the user may not run ${forbidden.join(', ')} on ${prefix}:*`, fix);
  }
  const rest = untried.length === 0 ? '' : ` (not tried: ${untried.join(', ')})`;
  return finder.ok(`the user may run every command that is used${rest}`);
}

/** Undefined where the user may not ask. */
async function whoAmI(redis: RedisClient): Promise<string | undefined> {
  const reply = await replyOrRefusal(redis, 'ACL', 'WHOAMI');
  return reply.refusal === undefined ? String(reply.value) : undefined;
}

/** Undefined where it can not be found out without changing something. */
async function mayRun(
  redis: RedisClient,
  { user, command, name }: { user: string | undefined; command: string; name: string },
): Promise<boolean | undefined> {
  const args = harmless(name)[command];
  const [verb = ''] = command.split('|');
  if (user !== undefined) {
    const words = [verb, ...(args ?? [name, ...(valid[command] ?? [])])];
    const dry = await replyOrRefusal(redis, 'ACL', 'DRYRUN', user, ...words);
    if (dry.refusal === undefined) return String(dry.value) === 'OK';
  }
  if (args === undefined || args === null) return undefined;
  const tried = await replyOrRefusal(redis, verb.toUpperCase(), ...args);
  return tried.refusal !== 'NOPERM';
}

async function replyOrRefusal(
  redis: RedisClient,
  name: string,
  ...args: readonly string[]
): Promise<{ value?: unknown; refusal?: string }> {
  try {
    return { value: await redis.command(name, ...args) };
  } catch (error) {
    if (!(error instanceof HeadraceError) || error.code !== 'redis-refused') throw error;
    return { refusal: String(error.details['code']) };
  }
}
