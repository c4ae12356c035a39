/** Every command Headrace sends to Redis or calls in a script, as the ACLs of Redis name them. */
export const redisCommands: readonly string[] = [
  ...['info', 'ping', 'time', 'evalsha', 'script|load', 'exists', 'del', 'pexpire'],
  ...['get', 'set', 'mset', 'incr', 'hget', 'hgetall', 'hmget', 'hset', 'hsetnx', 'hexists'],
  ...['hdel', 'hincrby', 'xadd', 'xlen', 'xrange', 'xdel'],
  ...['zadd', 'zcard', 'zrem', 'zremrangebyscore'],
];

/** Those that only some settings need, or that it does without. */
export const optionalRedisCommands = {
  /** Tells the fsync policy; without it `redis.declaredFsync` does. */
  readConfiguration: 'config|get',
  /** For `redis.minReplicas`. */
  waitForReplicas: 'wait',
} as const;

/** The names of all keys under a prefix, as patterns of Redis. */
export function redisKeyPatterns(prefix: string): readonly string[] {
  return [`~${prefix}:*`, `~{${prefix}:*`];
}

/** What `ACL SETUSER <user> on ><password>` needs behind it. */
export function redisAclRules(prefix: string): string {
  const commands = [...redisCommands, ...Object.values(optionalRedisCommands)];
  return [...redisKeyPatterns(prefix), ...commands.map((command) => `+${command}`)].join(' ');
}
