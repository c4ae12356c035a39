import type { Latency } from '../drive/load.ts';
import type { CaseName } from '../plan/cases.ts';
import type { Usage } from './process-usage.ts';

/** The raw figures of one measurement, as they stand in the results. */
export interface Row {
  /** From 1. */
  readonly round: number;
  readonly name: CaseName;
  readonly connections: number;
  /** How long the load really was. */
  readonly seconds: number;
  /** Acknowledged with 2xx. */
  readonly answered: number;
  readonly refused: number;
  readonly socketErrors: number;
  /** Documents in MongoDB once everything had come to rest; absent where nothing is stored. */
  readonly stored?: number;
  /** What counts: acknowledged and stored, or at `sustained` stored when the load ended. */
  readonly perSecond: number;
  readonly latencyMs: Latency;
  /** During the load, by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** At its end, by process. */
  readonly rssMib: Readonly<Record<string, Usage['rssMib']>>;
  /** Only at eventual. */
  readonly buffer?: {
    /** Writes that waited in Redis when the load ended. */
    readonly backlog: number;
    /** Documents in MongoDB then. */
    readonly storedAtEnd: number;
    /** When that was, from the start of the load: a little after its end. */
    readonly countedAfterSeconds: number;
    /** From the end of the load until the buffer was empty. */
    readonly drainSeconds: number;
  };
}
