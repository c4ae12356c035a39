import { Fifo } from './fifo.ts';
import type { PendingWrite } from './pending-write-port.ts';

/** What the gate says to a write that wants to pass. */
export type GateAnswer = 'pass' | 'wait' | 'crowded';

/** Writes that may wait for one document before further ones are refused. */
const maxWaitingPerDocument = 64;

/**
 * Lets one write per document through at a time. Two commands in flight for one document can be
 * applied in either order, and one unordered command groups its operations by kind, so a later
 * write waits here until the outcome of the earlier one is certain.
 */
export class Gate {
  /** Shut documents; the queue is made when a second write comes. */
  readonly #shut = new Map<string, Fifo<PendingWrite> | undefined>();

  /** Asks for a write to pass; on `wait` the gate keeps it until `open` hands it out. */
  enter(pending: PendingWrite): GateAnswer {
    const name = pending.gateName;
    if (name === undefined) return 'pass';
    if (!this.#shut.has(name)) {
      this.#shut.set(name, undefined);
      return 'pass';
    }
    let waiting = this.#shut.get(name);
    if (waiting === undefined) {
      waiting = new Fifo();
      this.#shut.set(name, waiting);
    }
    if (waiting.size >= maxWaitingPerDocument) return 'crowded';
    waiting.add(pending);
    return 'wait';
  }

  /** The outcome of a document's write is certain: returns the next one, which has passed. */
  open(name: string): PendingWrite | undefined {
    const next = this.#shut.get(name)?.take();
    if (next === undefined) this.#shut.delete(name);
    return next;
  }

  /** Takes out the waiting writes whose deadline is over; they have never been sent. */
  removeExpired(nowMs: number): PendingWrite[] {
    const expired: PendingWrite[] = [];
    for (const waiting of this.#shut.values()) {
      if (waiting !== undefined && waiting.size > 0) {
        expired.push(...waiting.removeWhere((pending) => pending.write.deadlineAtMs <= nowMs));
      }
    }
    return expired;
  }
}
