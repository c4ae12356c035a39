import type { Write } from './write-port.ts';

/**
 * The name of the shard a write goes to, as far as is known; empty where it is not. A hint: a batch
 * with a wrong guess in it is cut by mongos.
 */
export type ShardOf = (write: Write) => string;
