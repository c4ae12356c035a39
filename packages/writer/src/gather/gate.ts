import { conditionOf } from '../encode/bson-port.ts';
import { Fifo } from './fifo.ts';
import type { PendingWrite } from './pending-write-port.ts';

/** What the gate says to a write that wants to pass. */
export type GateAnswer = 'pass' | 'wait' | 'crowded';

/** Writes that may wait for one document before further ones are refused. */
const maxWaitingPerDocument = 64;

/** A document for which others wait. */
interface Crowd {
  /** Writes that have passed and are not certain yet: one, and those that follow it. */
  underWay: number;
  readonly waiting: Fifo<PendingWrite>;
}

/**
 * Lets one write per document through at a time. Two commands in flight for one document can be
 * applied in either order, and one unordered command groups its operations by kind, so a later
 * write waits here until the outcome of the earlier one is certain. Only patches and replacements
 * that ask for nothing else may follow one another in one ordered command (`takeFollower`).
 */
export class Gate {
  /** Shut documents; the crowd is made when a second write comes. */
  readonly #shut = new Map<string, Crowd | undefined>();

  /** Asks for a write to pass; on `wait` the gate keeps it until `open` hands it out. */
  enter(pending: PendingWrite): GateAnswer {
    const name = pending.gateName;
    if (name === undefined) return 'pass';
    if (!this.#shut.has(name)) {
      this.#shut.set(name, undefined);
      return 'pass';
    }
    let crowd = this.#shut.get(name);
    if (crowd === undefined) {
      crowd = { underWay: 1, waiting: new Fifo() };
      this.#shut.set(name, crowd);
    }
    if (crowd.waiting.size >= maxWaitingPerDocument) return 'crowded';
    crowd.waiting.add(pending);
    return 'wait';
  }

  /**
   * Hands out the write that waits next for the same document, where both may share a batch: it is
   * applied after `leader`, in one ordered command of one transaction.
   * @param maxBytes it may have
   */
  takeFollower({ gateName, write }: PendingWrite, maxBytes: number): PendingWrite | undefined {
    const crowd = gateName === undefined ? undefined : this.#shut.get(gateName);
    const next = crowd?.waiting.peek();
    if (crowd === undefined || next === undefined) return undefined;
    if (next.write.tier !== write.tier || next.write.document.length > maxBytes) return undefined;
    if (next.goesAlone || !hasOneEnd(write) || !hasOneEnd(next.write)) return undefined;
    crowd.waiting.take();
    crowd.underWay += 1;
    next.follows = true;
    return next;
  }

  /**
   * A follower could not be applied with its leader: it waits again, before all others. Of several,
   * the last one is to be sent back first.
   * @returns the next one to pass, where none of the document is under way any more
   */
  sendBack(name: string, follower: PendingWrite): PendingWrite | undefined {
    follower.follows = false;
    this.#shut.get(name)?.waiting.putBack(follower);
    return this.open(name);
  }

  /**
   * The outcome of a document's write is certain: returns the next one, which has passed, once this
   * is so of all that passed together.
   */
  open(name: string): PendingWrite | undefined {
    const crowd = this.#shut.get(name);
    if (crowd !== undefined && crowd.underWay > 1) {
      crowd.underWay -= 1;
      return undefined;
    }
    const next = crowd?.waiting.take();
    if (next === undefined) this.#shut.delete(name);
    return next;
  }

  /** Takes out the waiting writes whose deadline is over; they have never been sent. */
  removeExpired(nowMs: number): PendingWrite[] {
    const expired: PendingWrite[] = [];
    for (const crowd of this.#shut.values()) {
      if (crowd !== undefined && crowd.waiting.size > 0) {
        expired.push(...crowd.waiting.removeWhere(({ write }) => write.deadlineAtMs <= nowMs));
      }
    }
    return expired;
  }
}

/**
 * Whether a write ends as all of its kind on its document do: a command that holds several of them
 * tells totals only. Conditions and upserts make a difference between one and the next.
 */
function hasOneEnd({ op, upsert, suspect, document }: PendingWrite['write']): boolean {
  if (upsert || suspect) return false;
  return op === 'replace' || (op === 'patch' && conditionOf(document) === undefined);
}
