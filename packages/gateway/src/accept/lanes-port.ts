import type { HeadraceError } from '@headrace/base';
import type { Settle, Write } from '@headrace/writer';

/** How far Redis itself can be trusted with a queued write. */
export interface BufferDurability {
  /** The fsync policy really in force: CONFIG GET, else what the operator declared. */
  readonly fsync: 'always' | 'everysec' | 'no' | 'unknown';
  /** Whether a Redis fail-over may lose the write. */
  readonly mayLoseOnFailover: boolean;
  /** How many replicas held it when it was answered; only where `redis.minReplicas` asks. */
  readonly replicas?: number;
}

/** How an append ended. */
export type AppendAnswer =
  | { readonly state: 'queued'; readonly replayed: boolean; readonly durability: BufferDurability }
  | {
      readonly state: 'rejected' | 'below-tier' | 'unknown' | 'not-written';
      readonly error: HeadraceError;
    };

/** The two ways a write can take, as the HTTP side sees them. */
export interface Lanes {
  /** Direct lane: settles after MongoDB. */
  submit(write: Write, settle: Settle): void;
  /** Buffered lane: settles after Redis. Absent when no Redis is configured. */
  append?(write: Write, settle: (answer: AppendAnswer) => void): void;
}
