import { writerErrors } from '../errors.ts';
import type { Knowledge, PendingWrite } from '../gather/pending-write-port.ts';
import type { Guarantee, Verdict, Write } from '../gather/write-port.ts';
import { refusalOf } from '../judge/refusal-port.ts';
import { verdictOfFate, type Fate } from '../record/recorded-outcome-port.ts';
import type { WriteError } from './command-port.ts';
import type { Judgement } from './judge-port.ts';

/** The verdicts an attempt has reached, write by write. */
export class TransactionVerdicts {
  readonly #writes: readonly PendingWrite[];
  readonly #guarantee: Guarantee;
  readonly #verdicts = new Map<PendingWrite, Verdict>();
  /** Where an earlier attempt may have stored something. */
  readonly #sentBefore: ReadonlyMap<PendingWrite, Knowledge>;

  constructor(writes: readonly PendingWrite[], guarantee: Guarantee) {
    this.#writes = writes;
    this.#guarantee = guarantee;
    const sent = writes.filter(({ knowledge }) => knowledge !== 'never');
    this.#sentBefore = new Map(sent.map((pending) => [pending, pending.knowledge]));
  }

  /** The writes that have none yet. */
  get open(): readonly PendingWrite[] {
    return this.#writes.filter((pending) => !this.#verdicts.has(pending));
  }

  put(pending: PendingWrite, verdict: Verdict): void {
    this.#verdicts.set(pending, verdict);
  }

  /** @param onward how the writes that are still open go on */
  judgement(reason: string, onward: Partial<Judgement> = {}): Judgement {
    const verdicts = this.#writes.map((pending) => this.#verdicts.get(pending));
    return { verdicts, reason, split: false, ...onward };
  }

  /** The transaction of these is committed. */
  committed(pendings: readonly PendingWrite[], fates: ReadonlyMap<Write, Fate>): void {
    for (const pending of pendings) {
      const fate = fates.get(pending.write) ?? { state: 'done', result: undefined };
      this.put(pending, this.#verdictOf(pending, fate));
    }
  }

  /** The server refuses this write for good, or all of its kind for want of rights. */
  refused(pending: PendingWrite, error: WriteError): void {
    const refusal = refusalOf(error, pending.write.namespace);
    this.put(
      pending,
      this.#isUncertain(pending)
        ? unknown(pending.write)
        : { state: refusal.retry === 'never' ? 'rejected' : 'not-written', error: refusal },
    );
  }

  #verdictOf(pending: PendingWrite, fate: Fate): Verdict {
    if (fate.state === 'done' || !this.#isUncertain(pending)) {
      return verdictOfFate(fate, this.#guarantee);
    }
    const wasDeleted =
      pending.write.op === 'delete' &&
      fate.code === 'document-absent' &&
      this.#sentBefore.get(pending) === 'stored';
    if (!wasDeleted) return unknown(pending.write);
    const result = { matched: 1, modified: 1, upserted: false } as const;
    return verdictOfFate({ state: 'done', result }, this.#guarantee);
  }

  /**
   * A change that is not recorded may have been applied by an attempt whose end is not known, and
   * be the very thing that this attempt met: then nobody can say that nothing was changed.
   */
  #isUncertain(pending: PendingWrite): boolean {
    return !pending.write.ledgered && this.#sentBefore.has(pending);
  }
}

function unknown({ writeId }: Write): Verdict {
  return { state: 'unknown', error: writerErrors.create('outcome-unknown', { writeId }) };
}
