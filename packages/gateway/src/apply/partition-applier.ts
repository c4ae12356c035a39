import type { HeadraceError, Clock, Counter, Log } from '@headrace/base';
import type { Ledger, Verdict, Write, WriteDesk } from '@headrace/writer';
import { claimState, type FinalClaimState } from '../append/claim-port.ts';
import type { PartitionReader, PartitionWork, TakenEntry } from '../take/entry-port.ts';
import type { BurialsPort } from './burials-port.ts';
import { DocumentOrder } from './document-order.ts';
import type { InHand } from './in-hand.ts';
import { Intake } from './intake.ts';
import type { LoneTries } from './lone-tries.ts';
import { ParkedWrites } from './parked-writes.ts';
import type { QueuedWrite } from './queued-write.ts';
import type { ReleasesPort } from './releases-port.ts';
import { doomOf } from './standing.ts';
import { UnderWay } from './under-way.ts';

/** One attempt may wait so long to be sent; then the write is parked, and tried again. */
const attemptDeadlineMs = 10_000;

export interface PartitionApplierOptions {
  readonly desk: WriteDesk;
  readonly burials: BurialsPort;
  readonly ledger: Ledger;
  readonly releases: ReleasesPort;
  readonly reader: PartitionReader;
  readonly clock: Clock;
  readonly log: Log;
  /** Number of the partition, for logs. */
  readonly partition: number;
  readonly buried: Counter;
  readonly parkedChanged: (by: number) => void;
  readonly unreadableChanged: (by: number) => void;
  /** Suspect entries are run one at a time. */
  readonly careful: boolean;
  readonly loneTries: LoneTries;
  /** Shared by all partitions of the process. */
  readonly inHand: InHand;
}

/** Brings the writes of one partition to their final state, each document's in stream order. */
export class PartitionApplier implements PartitionWork {
  readonly #options: PartitionApplierOptions;
  readonly #order = new DocumentOrder();
  readonly #parked: ParkedWrites;
  readonly #intake: Intake;
  readonly #underWay: UnderWay;
  #state: 'open' | 'draining' | 'abandoned' = 'open';

  constructor(options: PartitionApplierOptions) {
    this.#options = options;
    const { clock, log, partition, parkedChanged, inHand } = options;
    this.#underWay = new UnderWay(inHand);
    this.#parked = new ParkedWrites({
      ...{ clock, log, partition },
      changed: parkedChanged,
      retry: (queued) => {
        this.#attempt(queued);
      },
    });
    this.#intake = new Intake({
      ...options,
      isOpen: () => this.#isOpen(),
      begin: (queued) => {
        this.#begin(queued);
      },
      release: (queued, state) => {
        this.#release(queued, state);
      },
      quiet: () => this.#underWay.quiet(),
    });
  }

  accept(entries: readonly TakenEntry[]): void {
    this.#intake.accept(entries);
  }

  async drain(): Promise<void> {
    if (this.#state === 'open') this.#state = 'draining';
    this.#parked.clear();
    await this.#underWay.quiet();
    await this.#options.releases.idle();
  }

  abandon(): void {
    this.#state = 'abandoned';
    this.#parked.clear();
    this.#order.clear();
    this.#intake.clear();
    this.#options.releases.abandon();
    this.#underWay.letGo();
  }

  #begin(queued: QueuedWrite): void {
    let write: Write;
    try {
      write = this.#restore(queued);
    } catch (cause) {
      this.#refused(queued, cause);
      return;
    }
    queued.doom ??= doomOf(queued, write, this.#options.clock.epochMs());
    queued.documentName = `${write.namespace}\u0000${write.canonicalId}`;
    if (this.#order.enter(queued)) this.#run(queued, write);
  }

  #attempt(queued: QueuedWrite): void {
    if (!this.#isOpen()) return;
    if (this.#options.inHand.isHeld) {
      this.#parked.park(queued);
      return;
    }
    if (queued.documentName === '') {
      this.#begin(queued);
      return;
    }
    this.#run(queued, this.#restore(queued));
  }

  #run(queued: QueuedWrite, write: Write): void {
    if (queued.doom === undefined) this.#submit(queued, write);
    else this.#bury(queued, write, queued.doom);
  }

  #restore({ entry, frame }: QueuedWrite): Write {
    return this.#options.desk.restore({
      ...frame,
      ...{ suspect: entry.suspect, sid: entry.id.toString('latin1') },
      tenant: entry.tenant,
      deadlineMs: attemptDeadlineMs,
    });
  }

  /** A collection taken from the configuration is no fault of the write: it waits. */
  #refused(queued: QueuedWrite, cause: unknown): void {
    const { log, partition } = this.#options;
    queued.attempts += 1;
    log.warn(
      { partition, cause, entry: String(queued.entry.id) },
      'A queued write is refused here.',
    );
    this.#parked.park(queued);
  }

  #submit(queued: QueuedWrite, write: Write): void {
    queued.attempts += 1;
    this.#underWay.started();
    this.#options.desk.submit(write, (verdict) => {
      this.#judge(queued, write, verdict);
    });
  }

  #judge(queued: QueuedWrite, write: Write, verdict: Verdict): void {
    if (this.#state === 'abandoned') {
      this.#underWay.ended();
      return;
    }
    if (verdict.state === 'applied') this.#finish(queued, claimState.applied);
    // Only a rejection is a verdict on the write itself; the rest is about servers and time.
    else if (verdict.state === 'rejected' && verdict.error.retry === 'never') {
      this.#bury(queued, write, verdict.error);
    } else this.#park(queued);
    this.#underWay.ended();
  }

  #bury(queued: QueuedWrite, write: Write, error: HeadraceError): void {
    const { buried, log, partition } = this.#options;
    queued.doom = error;
    this.#underWay.started();
    this.#record(queued, write, error)
      .then(
        () => {
          if (this.#state === 'abandoned') return;
          buried.add({ code: error.code });
          this.#finish(queued, claimState.dead);
        },
        (cause: unknown) => {
          log.warn({ partition, cause }, 'A dead letter could not be recorded yet.');
          queued.attempts += 1;
          if (this.#state !== 'abandoned') this.#park(queued);
        },
      )
      .finally(() => {
        this.#underWay.ended();
      });
  }

  /** A worker that was fenced may see a refusal where the new owner has applied the write. */
  async #record(queued: QueuedWrite, write: Write, error: HeadraceError): Promise<void> {
    const { burials, reader, clock } = this.#options;
    if (!(await reader.confirmOwned())) return;
    const { entry, attempts } = queued;
    await burials.bury({ entry, write, error, attempts, atEpochMs: clock.epochMs() });
  }

  #park(queued: QueuedWrite): void {
    if (this.#isOpen()) this.#parked.park(queued);
  }

  #finish(queued: QueuedWrite, state: FinalClaimState): void {
    this.#release(queued, state);
    const next = this.#order.leave(queued);
    if (next !== undefined) this.#attempt(next);
  }

  #release({ entry, frame }: QueuedWrite, state: FinalClaimState): void {
    const { writeId, fingerprint, keyed } = frame;
    this.#options.releases.release({ entry, writeId, fingerprint, keyed, state });
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }
}
