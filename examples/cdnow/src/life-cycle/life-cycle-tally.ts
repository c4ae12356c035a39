import type { ChangesLane } from './operation.ts';

/** What the driving did. */
export interface LifeCycleReport {
  readonly settled: number;
  /** Sent once more after their answer, and answered with it again. */
  readonly replayed: number;
  /** Sendings beyond the first that were owed to a 409, 429, 503, 504 or a lost connection. */
  readonly sentAgain: number;
  readonly lostConnections: number;
  readonly elapsedMs: number;
  /** First answers by HTTP status. */
  readonly statuses: Readonly<Record<ChangesLane, Readonly<Record<number, number>>>>;
}

/** Counts while the operations are sent. */
export class LifeCycleTally {
  settled = 0;
  replayed = 0;
  sentAgain = 0;
  lostConnections = 0;
  readonly #startedMs = performance.now();
  readonly #statuses: Record<ChangesLane, Record<number, number>> = { direct: {}, buffered: {} };

  countAnswer(lane: ChangesLane, status: number): void {
    const statuses = this.#statuses[lane];
    statuses[status] = (statuses[status] ?? 0) + 1;
  }

  report(): LifeCycleReport {
    const { settled, replayed, sentAgain, lostConnections } = this;
    return {
      ...{ settled, replayed, sentAgain, lostConnections, statuses: this.#statuses },
      elapsedMs: performance.now() - this.#startedMs,
    };
  }
}
