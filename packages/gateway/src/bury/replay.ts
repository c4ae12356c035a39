import type { Clock } from '@headrace/base';
import {
  boundedCall,
  idForFilter,
  type Changes,
  type Verdict,
  type WriteDesk,
} from '@headrace/writer';
import { UUID, type Document } from 'mongodb';
import type { ReplayResult } from '../accept/dead-letters-port.ts';
import { decodeFrame, type Frame } from '../append/frame-port.ts';
import type { DeadLetterHead } from './dead-letter.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { LedgerMarks } from './ledger-marks.ts';
import { idTextOf } from './letter-id.ts';
import type { LetterStates } from './letter-states.ts';

/** How long a replayed write may wait to be sent, in milliseconds. */
const deadlineMs = 10_000;

export interface ReplayOptions {
  readonly letters: DeadLetters;
  readonly states: LetterStates;
  readonly marks: LedgerMarks;
  readonly desk: Pick<WriteDesk, 'client' | 'restore' | 'submit'>;
  /** By `database.collection`; the others are left alone. */
  readonly collections: Readonly<Record<string, { readonly changes: Changes }>>;
  readonly clock: Clock;
}

/**
 * Sends one dead letter again, under its own write id. At every moment there is the letter, or the
 * applied write, or both; with both, the ledger or the `_id` keeps the next replay from applying it
 * twice.
 */
export class Replay {
  readonly #options: ReplayOptions;
  readonly #by = new UUID();

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  /** @param force send it though it is superseded */
  async run(letter: DeadLetterHead, force: boolean): Promise<ReplayResult> {
    const { states, clock } = this.#options;
    const id = idTextOf(letter._id);
    const look = await this.#look(letter, force);
    if ('outcome' in look) {
      if (look.outcome === 'already-applied') await states.settle(letter, clock.epochMs());
      return { id, ...look };
    }
    const mark = { by: this.#by, atEpochMs: clock.epochMs() };
    if (!(await states.mark(letter, mark))) return { id, outcome: 'being-replayed' };
    return { id, ...(await this.#send(letter, look)) };
  }

  /** What `run` would do. */
  async foresee(letter: DeadLetterHead, force: boolean): Promise<ReplayResult> {
    const look = await this.#look(letter, force);
    return {
      id: idTextOf(letter._id),
      outcome: 'outcome' in look ? look.outcome : 'would-replay',
    };
  }

  /** The frame to send, or why it is not sent. */
  async #look(
    letter: DeadLetterHead,
    force: boolean,
  ): Promise<Frame | Pick<ReplayResult, 'outcome'>> {
    const { letters, marks, collections } = this.#options;
    const rules = collections[letter.ns];
    if (rules === undefined) return { outcome: 'collection-not-listed' };
    if (await marks.isDone(letter)) return { outcome: 'already-applied' };
    const frame = decodeFrame(await letters.frameOf(letter));
    if (frame === undefined) return { outcome: 'unreadable' };
    if (rules.changes === 'none') {
      return (await this.#isStored(frame)) ? { outcome: 'already-applied' } : frame;
    }
    const { acceptedAtEpochMs } = frame;
    const isLate = !force && (await marks.isSuperseded(letter, acceptedAtEpochMs));
    return isLate ? { outcome: 'superseded' } : frame;
  }

  /** In an insert-only collection the document tells. */
  async #isStored({ namespace, document }: Frame): Promise<boolean> {
    const dot = namespace.indexOf('.');
    const { client } = this.#options.desk;
    const collection = client.db(namespace.slice(0, dot)).collection(namespace.slice(dot + 1));
    const filter = { _id: idForFilter(document) } as Document;
    const stored = await boundedCall(client, (signal) =>
      collection.findOne<Uint8Array>(filter, { raw: true, readConcern: 'majority', signal }),
    );
    return stored !== null && document.equals(stored);
  }

  async #send(letter: DeadLetterHead, frame: Frame): Promise<Omit<ReplayResult, 'id'>> {
    const { desk, states, clock } = this.#options;
    const { sid, tenant } = letter;
    const write = desk.restore({ ...frame, tenant, sid, deadlineMs, suspect: true });
    const verdict = await new Promise<Verdict>((resolve) => {
      desk.submit(write, resolve);
    });
    const atEpochMs = clock.epochMs();
    if (verdict.state === 'applied') {
      await states.settle(letter, atEpochMs);
      return { outcome: verdict.replayed ? 'already-applied' : 'replayed' };
    }
    const { code, message: text } = verdict.error;
    const isFinal = verdict.state === 'rejected' && verdict.error.retry === 'never';
    // An attempt that is still on its way and is recorded now finds the write id taken; one that was
    // recorded before keeps its row. The letter stays either way, and the next replay finds out.
    const reason = isFinal ? { code, text } : undefined;
    await states.putBack(letter, { by: this.#by, atEpochMs }, reason);
    const outcome = isFinal ? 'refused' : 'not-settled';
    return { outcome, reason: { code, detail: text } };
  }
}
