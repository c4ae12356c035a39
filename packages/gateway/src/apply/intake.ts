import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '@headrace/base';
import type { Ledger, LedgerEntry } from '@headrace/writer';
import type { FinalClaimState } from '../append/claim-port.ts';
import { decodeFrame } from '../append/frame-port.ts';
import { gatewayErrors } from '../errors.ts';
import type { PartitionReader, TakenEntry } from '../take/entry-port.ts';
import { backOffMs } from './back-off.ts';
import type { InHand } from './in-hand.ts';
import type { LoneTries } from './lone-tries.ts';
import { QueuedWrite } from './queued-write.ts';
import { finalStateIn } from './standing.ts';

/** So many owners may die of an entry that was alone in hand; then it becomes a dead letter. */
const maxLoneDeaths = 2;

export interface IntakeOptions {
  readonly ledger: Ledger;
  readonly reader: PartitionReader;
  readonly log: Log;
  /** Number of the partition, for logs. */
  readonly partition: number;
  readonly unreadableChanged: (by: number) => void;
  /** Suspect entries are run one at a time. */
  readonly careful: boolean;
  readonly loneTries: LoneTries;
  /** Shared by all partitions of the process. */
  readonly inHand: InHand;
  /** False once nothing more may be started. */
  readonly isOpen: () => boolean;
  readonly begin: (queued: QueuedWrite) => void;
  readonly release: (queued: QueuedWrite, state: FinalClaimState) => void;
  /** Resolves when nothing of the partition is under way. */
  readonly quiet: () => Promise<void>;
}

/**
 * Takes over what was read of a partition, in order. What a former owner may have sent is looked up
 * in the ledger first.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #batches: (readonly TakenEntry[])[] = [];
  #busy = false;
  #unreadable = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  accept(entries: readonly TakenEntry[]): void {
    this.#batches.push(entries);
    if (!this.#busy) void this.#run();
  }

  /** Forgets what was not begun. */
  clear(): void {
    this.#batches.length = 0;
    this.#options.unreadableChanged(-this.#unreadable);
    this.#unreadable = 0;
  }

  /** Batches one after the other: a look-up in the ledger may not let a later batch overtake. */
  async #run(): Promise<void> {
    this.#busy = true;
    const { careful, inHand, isOpen } = this.#options;
    for (let entries = this.#batches.shift(); entries; entries = this.#batches.shift()) {
      const queued = this.#decode(entries);
      const suspects = queued.filter(({ entry }) => entry.suspect);
      if (suspects.length > 0) await this.#lookUp(suspects);
      for (const each of queued) {
        const alone = careful && each.entry.suspect;
        while (!alone && inHand.isHeld) await inHand.opened();
        if (!isOpen()) break;
        if (this.#isReleased(each)) continue;
        if (alone) await inHand.alone(() => this.#beginAlone(each));
        else this.#options.begin(each);
      }
    }
    this.#busy = false;
  }

  #decode(entries: readonly TakenEntry[]): QueuedWrite[] {
    const queued: QueuedWrite[] = [];
    for (const entry of entries) {
      const each = this.#read(entry);
      if (each !== undefined) queued.push(each);
      else {
        this.#options.reader.left(entry);
        this.#unreadable += 1;
        this.#options.unreadableChanged(1);
      }
    }
    return queued;
  }

  /** Undefined for what a newer version wrote: it stays until a worker comes that can read it. */
  #read(entry: TakenEntry): QueuedWrite | undefined {
    const { log, partition } = this.#options;
    const where = { partition, entry: String(entry.id) };
    try {
      const frame = decodeFrame(entry.frame);
      if (frame !== undefined) return new QueuedWrite(entry, frame);
      log.warn(where, 'A queued write has a newer format. It waits for a newer worker.');
    } catch (cause) {
      log.error({ ...where, cause }, 'A queued write can not be read. It stays in Redis.');
    }
    return undefined;
  }

  /** Notes on each of them what the ledger has; nothing is concluded when it can't be read. */
  async #lookUp(suspects: readonly QueuedWrite[]): Promise<void> {
    const { ledger, log, partition, isOpen } = this.#options;
    const writeIds = suspects.map(({ frame }) => frame.writeId);
    for (let attempts = 1; isOpen(); attempts += 1) {
      try {
        const found: ReadonlyMap<string, LedgerEntry> = await ledger.find(writeIds);
        for (const each of suspects) each.found = found.get(each.frame.writeId);
        return;
      } catch (cause) {
        log.warn({ partition, cause }, 'The ledger can not be read yet.');
        await delay(backOffMs(attempts));
      }
    }
  }

  #isReleased(queued: QueuedWrite): boolean {
    const state = finalStateIn(queued);
    if (state !== undefined) this.#options.release(queued, state);
    return state !== undefined;
  }

  /**
   * Runs one write with nothing else in hand, and notes it before. The look-up shows that the
   * database answers: who dies in an outage does not die of the write.
   */
  async #beginAlone(queued: QueuedWrite): Promise<void> {
    const { loneTries, isOpen, begin, quiet } = this.#options;
    await this.#lookUp([queued]);
    if (!isOpen() || this.#isReleased(queued)) return;
    const owners = await loneTries.note(queued.entry, isOpen);
    if (owners === undefined) return;
    if (isOpen()) {
      if (owners > maxLoneDeaths) queued.doom = gatewayErrors.create('kills-its-worker', {});
      begin(queued);
      await quiet();
    }
    await loneTries.forget(queued.entry);
  }
}
