import type { HeadraceError } from '@headrace/base';
import type { Write } from '@headrace/writer';
import type { TakenEntry } from '../take/entry-port.ts';

/** Everything there is to say about a write that dies. */
export interface Death {
  readonly entry: TakenEntry;
  readonly write: Write;
  readonly error: HeadraceError;
  readonly attempts: number;
  readonly atEpochMs: number;
}

/** Where writes go that can not be applied. */
export interface BurialsPort {
  /** Resolves once the dead letter can no longer be lost. Burying one twice is harmless. */
  bury(death: Death): Promise<void>;
}
