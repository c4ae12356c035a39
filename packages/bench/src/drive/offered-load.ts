import type { Latency } from './load.ts';

/** A load that arrives at fixed times, whatever becomes of what arrived before: an open loop. */
export interface OfferedLoad {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  readonly path: string;
  /** One JSON body a line, POSTed in turn. @see makeOrders */
  readonly bodiesFile: string;
  readonly perSecond: number;
  /** Of the part that is measured. */
  readonly seconds: number;
  /**
   * Offered before it at the same rate, its latencies left out: the driver's code and the new
   * collection are cold then.
   */
  readonly leadSeconds: number;
  /** Kept open; a request that finds none free waits for one, and its latency goes on. */
  readonly connections: number;
}

/** What the driver saw of an offered load. */
export interface OfferedResult {
  /** From the first arrival until the last answer, at least until the last arrival. */
  readonly seconds: number;
  /** Requests that were due, with those of the lead. */
  readonly offered: number;
  /** Answers below 400. */
  readonly answered: number;
  /** Answers of 400 and above. */
  readonly refused: number;
  /** Requests whose connection failed, or that had no answer 10 s after the last arrival. */
  readonly socketErrors: number;
  /** From when a request was due until its whole answer was read. */
  readonly latencyMs: Latency;
  /** From when a request was due until the driver saw to it: the driver's own part of the latency. */
  readonly lagMs: Latency;
  /** What the driver itself took. */
  readonly driverCpuSeconds: number;
  /** As `nice` counts: 0 is usual, less goes first. */
  readonly driverPriority: number;
}
