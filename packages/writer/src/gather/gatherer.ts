import type { Clock, HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import type { BatchEnds, BatchRunner } from './batch-runner-port.ts';
import type { ByteBudget } from './byte-budget.ts';
import { Gate } from './gate.ts';
import { PendingWrite, tell } from './pending-write-port.ts';
import { RunningKeys } from './running-keys.ts';
import type { ShardOf } from './shard-of-port.ts';
import { TierLane, type BatchCaps } from './tier-lane.ts';
import { modeOf, type Mode, type Settle, type Tier, type Write } from './write-port.ts';

/** Says which tiers the set in use can't satisfy. */
export interface TierRefusals {
  refusal(tier: Tier): HeadraceError | undefined;
}

export interface GathererOptions {
  readonly runner: BatchRunner;
  readonly clock: Clock;
  readonly budget: ByteBudget;
  readonly concerns: TierRefusals;
  /** Batches in flight per tier and mode. */
  readonly slotsPerTier: Readonly<Record<Mode, number>>;
  readonly caps: Readonly<Record<Mode, BatchCaps>>;
  /** Where writes go, for batches of one shard; undefined where nothing is sharded. */
  readonly shardOf?: ShardOf | undefined;
}

/**
 * Group commit: writes that arrive while commands are in flight form the next command. There is
 * no timer; a lone write leaves at the end of the event-loop turn that brought it, together with
 * whatever the same turn brought.
 */
export class Gatherer {
  readonly #options: GathererOptions;
  readonly #gate = new Gate();
  readonly #running = new RunningKeys();
  readonly #lanes: Readonly<Record<Tier, Readonly<Record<Mode, TierLane>>>>;
  readonly #allLanes: readonly TierLane[];
  #pumpScheduled = false;
  #held = 0;
  #whenEmpty: (() => void) | undefined;
  #stopping = false;

  constructor(options: GathererOptions) {
    this.#options = options;
    const lane = (tier: Tier, mode: Mode): TierLane =>
      new TierLane({
        ...{ tier, mode, slots: options.slotsPerTier[mode], caps: options.caps[mode] },
        takeFollower: (leader, maxBytes) => this.#gate.takeFollower(leader, maxBytes),
        shardOf: options.shardOf,
      });
    const lanes = (tier: Tier): Record<Mode, TierLane> => ({
      insert: lane(tier, 'insert'),
      transaction: lane(tier, 'transaction'),
    });
    this.#lanes = {
      strong: lanes('strong'),
      balanced: lanes('balanced'),
      eventual: lanes('eventual'),
    };
    this.#allLanes = Object.values(this.#lanes).flatMap((modes) => Object.values(modes));
  }

  /** Writes held from submit until their outcome is certain. */
  get held(): number {
    return this.#held;
  }

  /** Takes a write in; `settle` is called once, never before this returns. */
  submit(write: Write, settle: Settle): void {
    const refusal = this.#refusal(write);
    if (refusal !== undefined) {
      queueMicrotask(() => {
        tell(settle, {
          state: refusal.status === 422 ? 'rejected' : 'not-written',
          error: refusal,
        });
      });
      return;
    }
    this.#held += 1;
    this.#running.add(write);
    const pending = new PendingWrite(write, gateNameOf(write), settle);
    const answer = this.#gate.enter(pending);
    if (answer === 'pass') this.#enqueue(pending);
    else if (answer === 'crowded') {
      const error = writerErrors.create('document-busy', { retryAfterMs: 200 });
      queueMicrotask(() => {
        pending.answer({ state: 'not-written', error });
        this.#forget(pending);
      });
    }
  }

  /** To be called every few tens of milliseconds: answers what has waited past its deadline, unsent. */
  expire(nowMs: number): void {
    for (const pending of this.#gate.removeExpired(nowMs)) this.#answerUnsent(pending);
    for (const lane of this.#allLanes) {
      for (const pending of lane.removeExpired(nowMs)) {
        this.#answerUnsent(pending);
        this.#passNext(pending);
      }
      lane.age();
      if (lane.hasWaiting) this.#schedulePump();
    }
  }

  /** Refuses new writes and resolves once the outcome of every held one is certain. */
  async drain(): Promise<void> {
    this.#stopping = true;
    if (this.#held === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  #refusal(write: Write): HeadraceError | undefined {
    if (this.#stopping) return writerErrors.create('stopping', { retryAfterMs: 1000 });
    const unsatisfiable = this.#options.concerns.refusal(write.tier);
    if (unsatisfiable !== undefined) return unsatisfiable;
    const clash = this.#running.clash(write);
    if (clash !== undefined) return clash;
    if (!this.#options.budget.take(write.document.length)) {
      return writerErrors.create('over-capacity', { retryAfterMs: 1000 });
    }
    return undefined;
  }

  #enqueue(pending: PendingWrite): void {
    this.#lanes[pending.write.tier][modeOf(pending.write)].add(pending);
    this.#schedulePump();
  }

  /** Runs after the I/O of this turn, so that requests which arrived together leave together. */
  #schedulePump(): void {
    if (this.#pumpScheduled) return;
    this.#pumpScheduled = true;
    setImmediate(this.#pump);
  }

  readonly #pump = (): void => {
    this.#pumpScheduled = false;
    for (const lane of this.#allLanes) {
      for (let next = lane.take(); next !== undefined; next = lane.take()) {
        const { batch, slot } = next;
        void this.#options.runner.run(batch, slot, this.#ends).then(() => {
          lane.giveBack(slot);
          this.#schedulePump();
        });
      }
    }
  };

  readonly #ends: BatchEnds = {
    done: (pending) => {
      this.#passNext(pending);
      this.#forget(pending);
    },
    sentBack: (follower) => {
      const { gateName } = follower;
      const next = gateName === undefined ? undefined : this.#gate.sendBack(gateName, follower);
      if (next !== undefined) this.#enqueue(next);
    },
  };

  #answerUnsent(pending: PendingWrite): void {
    const error = writerErrors.create('deadline-passed', { retryAfterMs: 1000 });
    pending.answer({ state: 'not-written', error });
    this.#forget(pending);
  }

  #passNext(pending: PendingWrite): void {
    if (pending.gateName === undefined) return;
    const next = this.#gate.open(pending.gateName);
    if (next !== undefined) this.#enqueue(next);
  }

  #forget(pending: PendingWrite): void {
    this.#running.remove(pending.write);
    this.#options.budget.release(pending.write.document.length);
    this.#held -= 1;
    if (this.#held === 0) this.#whenEmpty?.();
  }
}

/** An `_id` made by chance is known to nobody else, so nothing can contend for its document. */
function gateNameOf(write: Write): string | undefined {
  return write.idOrigin === 'random' ? undefined : `${write.namespace}\0${write.canonicalId}`;
}
