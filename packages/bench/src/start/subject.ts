import type { SubjectName } from '../plan/cases.ts';
import type { ParserName } from '../routes/parse-order.ts';

/** The collection that every case writes to, made anew for each measurement. */
export const DATABASE = 'bench';
export const COLLECTION = 'orders';

/** What a load is made against: the processes of one case, started for one measurement. */
export interface Subject {
  readonly url: string;
  readonly path: string;
  /** Media type of an update in MongoDB's own operators. */
  readonly updateType: string;
  /** Process ids, by the part each process plays. */
  readonly pids: Readonly<Record<string, number>>;
  /** Writes answered and not yet in MongoDB. */
  backlog(): Promise<number>;
  /** Resolves when the backlog is empty. */
  drain(signal: AbortSignal): Promise<void>;
  /** Ends the processes. */
  stop(): Promise<void>;
}

/** The plain route's two settings, chosen by a pre-run. */
export interface PlainChoice {
  /** `maxPoolSize` of the driver. */
  readonly pool: number;
  readonly parser: ParserName;
}

/**
 * Starts the processes of a case.
 * @param label names what they are started for
 */
export type StartSubject = (name: SubjectName, label: string) => Promise<Subject>;
