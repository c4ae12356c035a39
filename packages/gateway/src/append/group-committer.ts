import { HeadraceError, type Clock } from '@headrace/base';
import { writerErrors, type Write } from '@headrace/writer';
import type { AppendAnswer, BufferDurability } from '../accept/lanes-port.ts';
import type { PartitionKeys } from './buffer-keys-port.ts';
import { encodeFrame, frameBytes } from './frame-port.ts';
import { refusalOf } from './refusal.ts';
import { JointCall, type GroupAnswers, type GroupRequest } from './joint-call.ts';
import type { RedisArgument, RedisPort } from './redis-port.ts';
import type { ReplicaWait } from './replica-wait.ts';
import { waitForRepeat } from './wait-for-repeat.ts';

/** Where a group says that it is sent for the first time, and how; see the script. */
const firstTryAt = 4;
const firstTry = '1';
const maxGroupWrites = 500;
const maxGroupBytes = 1_048_576;

/** A write on its way into its stream. */
export interface Appending {
  readonly write: Write;
  readonly acceptedAtEpochMs: number;
  /** Set to undefined once it was told. */
  settle: ((answer: AppendAnswer) => void) | undefined;
}

export interface GroupCommitterOptions {
  readonly redis: RedisPort;
  readonly clock: Clock;
  readonly partition: PartitionKeys;
  readonly tenant: string;
  readonly maxEntries: number;
  /** Generation of the partition layout, asked anew for every group. */
  readonly generation: () => string;
  readonly durability: () => BufferDurability;
  /** Where replicas have to hold a write before it is answered. */
  readonly replicas: ReplicaWait | undefined;
  /** Told when Redis says that the layout is another one. */
  readonly onRepartitioned: () => void;
  /** Told when a call has ended and more waits here. */
  readonly onMore: (committer: GroupCommitter) => void;
}

/**
 * Calls under way for one partition at most. They leave on one connection, so Redis runs them in
 * order. Rounds leave one at a time (docs/decisions/0012), so usually there is one.
 */
const maxUnderWay = 2;

/**
 * Appends the writes of one tenant and partition in order. A call whose answer is lost is repeated,
 * the same arguments, once those before it are certain and before anything newer, until the
 * deadlines of its writes have passed.
 */
export class GroupCommitter {
  readonly #options: GroupCommitterOptions;
  #waiting: Appending[] = [];
  #underWay = 0;
  /** Calls whose answer was lost and whose outcome is not certain yet. */
  #lost = 0;
  /** Resolves when the newest call, and with it every one before, has its outcome. */
  #newest: Promise<void> = Promise.resolve();
  #whenIdle: (() => void)[] = [];

  constructor(options: GroupCommitterOptions) {
    this.#options = options;
  }

  add(appending: Appending): void {
    this.#waiting.push(appending);
  }

  /**
   * Adds what waits to a call, unless enough is under way or something has to be repeated first.
   * @param tried told when the first try of the call has ended, answered or not
   * @returns whether something was added
   */
  flush(call: JointCall, tried: () => void): boolean {
    while (this.#underWay < maxUnderWay && this.#lost === 0 && this.#waiting.length > 0) {
      const group = refuseLate(this.#takeGroup(), this.#options.clock.monotonicMs());
      if (group.length === 0) continue;
      this.#underWay += 1;
      this.#newest = this.#commit(group, { call, tried, before: this.#newest }).finally(() => {
        this.#underWay -= 1;
        if (this.#waiting.length > 0) this.#options.onMore(this);
        else this.#tellIdle();
      });
      return true;
    }
    this.#tellIdle();
    return false;
  }

  /** Resolves when nothing is under way or waiting. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Answers everything that was never sent; what was sent once is repeated. */
  refuseUnsent(error: HeadraceError): void {
    const unsent = this.#waiting;
    this.#waiting = [];
    answerAll(unsent, { state: 'not-written', error });
    this.#tellIdle();
  }

  #isIdle(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0;
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  #takeGroup(): Appending[] {
    let bytes = 0;
    let count = 0;
    for (const { write } of this.#waiting) {
      bytes += frameBytes(write);
      if (count === maxGroupWrites || (count > 0 && bytes > maxGroupBytes)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(
    group: readonly Appending[],
    { call, tried, before }: { call: JointCall; tried: () => void; before: Promise<void> },
  ): Promise<void> {
    const request = this.#request(group);
    const isEnded = await this.#try(group, call.add(request), 1);
    if (!isEnded) this.#lost += 1;
    // From here on only this partition waits: the others go on with their own calls.
    tried();
    await before;
    if (isEnded) return;
    await this.#repeat(group, request);
    this.#lost -= 1;
  }

  async #repeat(group: readonly Appending[], request: GroupRequest): Promise<void> {
    const { redis, clock } = this.#options;
    const again = { ...request, args: request.args.with(firstTryAt, '0') };
    for (let attempt = 1; giveUpLate(group, clock.monotonicMs()); attempt += 1) {
      await waitForRepeat({ redis, clock, attempt, untilMs: nextDeadline(group) });
      if (!giveUpLate(group, clock.monotonicMs())) return;
      const alone = new JointCall(redis, false);
      const answers = alone.add(again);
      alone.send();
      if (await this.#try(group, answers, attempt + 1)) return;
    }
  }

  /** @returns whether the outcome of the group is certain */
  async #try(
    group: readonly Appending[],
    answers: Promise<GroupAnswers>,
    attempt: number,
  ): Promise<boolean> {
    try {
      const given = await answers;
      const { replicas } = this.#options;
      const held = replicas && (await replicas.countHolding(given !== undefined));
      this.#answer(group, given, { repeated: attempt > 1, held });
      return true;
    } catch (error) {
      if (!(error instanceof HeadraceError)) throw error;
      // A refusal of the first try proves that nothing was written, one of a repeat nothing.
      if (attempt > 1 || error.code !== 'redis-refused') return false;
      this.#refuse(group, error);
      return true;
    }
  }

  #request(group: readonly Appending[]): GroupRequest {
    const { partition, tenant, maxEntries, generation } = this.#options;
    const keys: RedisArgument[] = [partition.stream(tenant), partition.meta, partition.queued];
    const head = [String(group.length), generation(), String(maxEntries), tenant, firstTry];
    const args: RedisArgument[] = [...head];
    let bytes = 0;
    for (const { write, acceptedAtEpochMs } of group) {
      const frame = Buffer.allocUnsafe(frameBytes(write));
      encodeFrame(write, acceptedAtEpochMs, frame);
      keys.push(partition.claim(write.writeId));
      args.push(frame);
      bytes += frame.length;
    }
    return { keys, args, bytes };
  }

  #answer(
    group: readonly Appending[],
    answers: GroupAnswers,
    { repeated, held }: { repeated: boolean; held: number | undefined },
  ): void {
    const queued = this.#taken(false, held);
    if (answers === undefined) {
      answerAll(group, queued);
      return;
    }
    const replayed = this.#taken(true, held);
    for (const [index, appending] of group.entries()) {
      const { keyed } = appending.write;
      // A repeat finds the claims of its own first try; without an idempotency key there can be
      // no other, with one it can not be told apart from an earlier request.
      if (answers[index] === 0 || (answers[index] === 1 && repeated && !keyed)) {
        answer(appending, queued);
      } else if (answers[index] === 1) answer(appending, replayed);
      else answer(appending, { state: 'rejected', error: writerErrors.create('key-reused') });
    }
  }

  /** The answer to what Redis holds: queued, or below the tier where too few replicas hold it. */
  #taken(replayed: boolean, held: number | undefined): AppendAnswer {
    const durability = this.#options.durability();
    const { replicas } = this.#options;
    if (replicas === undefined || held === undefined) {
      return { state: 'queued', replayed, durability };
    }
    const { minReplicas } = replicas;
    if (held >= minReplicas) {
      return { state: 'queued', replayed, durability: { ...durability, replicas: held } };
    }
    const reason = `it is queued, and ${held} of ${minReplicas} replicas of Redis hold it`;
    const error = writerErrors.create('below-tier', { tier: 'eventual', reason });
    return { state: 'below-tier', error };
  }

  #refuse(group: readonly Appending[], cause: HeadraceError): void {
    if (cause.details['code'] === 'REPARTITIONED') this.#options.onRepartitioned();
    const error = refusalOf(cause, this.#options.maxEntries);
    answerAll(group, { state: 'not-written', error });
  }
}

function refuseLate(group: Appending[], nowMs: number): Appending[] {
  const late = group.filter(({ write }) => write.deadlineAtMs <= nowMs);
  if (late.length === 0) return group;
  answerAll(late, { state: 'not-written', error: writerErrors.create('deadline-passed') });
  return group.filter(({ write }) => write.deadlineAtMs > nowMs);
}

/** Answers the writes that can wait no longer; false when nobody is left to repeat for. */
function giveUpLate(group: readonly Appending[], nowMs: number): boolean {
  const late = group.filter(({ write, settle }) => settle && write.deadlineAtMs <= nowMs);
  if (late.length > 0) {
    answerAll(late, { state: 'unknown', error: writerErrors.create('outcome-unknown') });
  }
  return group.some(({ settle }) => settle !== undefined);
}

function nextDeadline(group: readonly Appending[]): number {
  let next = Infinity;
  for (const { write, settle } of group) {
    if (settle !== undefined) next = Math.min(next, write.deadlineAtMs);
  }
  return next;
}

function answerAll(group: readonly Appending[], given: AppendAnswer): void {
  for (const appending of group) answer(appending, given);
}

function answer(appending: Appending, given: AppendAnswer): void {
  const { settle } = appending;
  appending.settle = undefined;
  settle?.(given);
}
