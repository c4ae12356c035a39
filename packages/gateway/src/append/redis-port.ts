import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script, named by the hash Redis knows it under. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export type RedisArgument = string | Buffer;

/**
 * One connection to Redis that never repeats a command by itself. Bulk replies are Buffers.
 * Every call rejects with a HeadraceError: `redis-refused` when the server answered an error
 * (detail `code`: its first word), `redis-lost` when it is not known what became of the call.
 */
export interface RedisPort {
  readonly connected: boolean;
  /** @param keysAndArguments the first `keyCount` are keys */
  run(
    script: RedisScript,
    keyCount: number,
    keysAndArguments: readonly RedisArgument[],
  ): Promise<unknown>;
  command(name: string, ...args: readonly RedisArgument[]): Promise<unknown>;
  /** Calls the listener after every reconnect; returns how to stop that. */
  onConnected(listener: () => void): () => void;
  /** Calls the listener when the connection is lost; calls under way reject by themselves. */
  onLost(listener: () => void): () => void;
}

/** Reads a script lying beside the module that names it. */
export function readScript(url: URL): RedisScript {
  const text = readFileSync(url, 'utf8');
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}
