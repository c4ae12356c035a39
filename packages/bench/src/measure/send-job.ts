import type { SendCase } from '../plan/send-cases.ts';

/** What the sending process is told. */
export interface SendJob {
  readonly name: SendCase;
  readonly uri: string;
  readonly database: string;
  readonly collection: string;
  readonly batch: number;
  readonly inFlight: number;
  readonly warmUpDocuments: number;
  readonly documents: number;
}

/** What it tells. */
export interface SendSeen {
  /** Documents, with those of the warm-up. */
  readonly sent: number;
  /** The same, as the server counted them. */
  readonly inserted: number;
  /** Of the measured part. */
  readonly seconds: number;
  /** User and system time of the whole process in the measured part. */
  readonly cpuUs: number;
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
