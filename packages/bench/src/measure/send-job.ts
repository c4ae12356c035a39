import type { SendCase } from '../plan/send-cases.ts';

/** What the sending process is told. */
export interface SendJob {
  readonly name: SendCase;
  readonly uri: string;
  readonly database: string;
  readonly collection: string;
  /** Documents in a command, one size after the other. */
  readonly batches: readonly number[];
  readonly inFlight: number;
  readonly warmUpDocuments: number;
  /** Of each size. */
  readonly documents: number;
}

/** What sending at one size has cost. */
export interface SendCost {
  readonly batch: number;
  readonly seconds: number;
  /** User and system time of the whole process. */
  readonly cpuUs: number;
}

/** What it tells. */
export interface SendSeen {
  /** Documents, with those of the warm-up. */
  readonly sent: number;
  /** The same, as the server counted them. */
  readonly inserted: number;
  readonly costs: readonly SendCost[];
}

/** The raw figures of one measurement, as they stand in the results. */
export interface SendRow {
  readonly round: number;
  readonly name: SendCase;
  readonly batch: number;
  readonly documents: number;
  readonly seconds: number;
  readonly cpuUsPerDocument: number;
  readonly documentsPerSecond: number;
}
