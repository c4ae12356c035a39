import type { QueuedWrite } from './queued-write.ts';

/**
 * Lets one write of a document at a time be under way, in stream order; a write that is parked
 * keeps its place. The writer keeps the order of what it was given, but can not know of a write
 * that waits here for its next attempt.
 */
export class DocumentOrder {
  readonly #last = new Map<string, QueuedWrite>();

  /** @returns whether the write may start now; else it is returned by `leave` when its turn comes */
  enter(queued: QueuedWrite): boolean {
    const last = this.#last.get(queued.documentName);
    this.#last.set(queued.documentName, queued);
    if (last === undefined) return true;
    last.next = queued;
    return false;
  }

  /** @returns the write of the same document that may start now */
  leave(queued: QueuedWrite): QueuedWrite | undefined {
    const { next } = queued;
    if (next === undefined) this.#last.delete(queued.documentName);
    return next;
  }

  clear(): void {
    this.#last.clear();
  }
}
