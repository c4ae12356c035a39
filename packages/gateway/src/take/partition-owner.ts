import { HeadraceError, type Clock } from '@headrace/base';
import type { PartitionKeys } from '../append/buffer-keys-port.ts';
import { readScript, type RedisArgument, type RedisPort } from '../append/redis-port.ts';
import type { ByteBudget } from './byte-budget.ts';
import type {
  OpenPartitionWork,
  PartitionReader,
  PartitionWork,
  TakenEntry,
} from './entry-port.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import type { TenantCursor } from './tenant-cursor.ts';
import { Window, type Request, type WindowLimits } from './window.ts';

const script = readScript(new URL('./take-n.lua', import.meta.url));
/** A document of 16 MiB and its frame. */
const largestEntryBytes = 16_842_752;

export interface PartitionOwnerOptions {
  readonly redis: RedisPort;
  readonly clock: Clock;
  readonly partition: PartitionKeys;
  readonly leases: Leases;
  readonly lease: Lease;
  /** See `PartitionWorkOptions`. */
  readonly careful: boolean;
  readonly budget: ByteBudget;
  readonly limits: WindowLimits;
  readonly openWork: OpenPartitionWork;
  /** Told once when the partition turns out to be somebody else's. */
  readonly onFenced: () => void;
}

/** Reads one partition in order, for as long as its lease holds. */
export class PartitionOwner implements PartitionReader {
  readonly lease: Lease;
  readonly partition: PartitionKeys;
  readonly #options: PartitionOwnerOptions;
  readonly #window: Window;
  readonly #work: PartitionWork;
  #state: 'reading' | 'draining' | 'ended' = 'reading';
  #drained: Promise<void> | undefined;
  /** The last reading found nothing that fits, though something waits. */
  #tooLarge = false;

  constructor(options: PartitionOwnerOptions) {
    this.#options = options;
    this.lease = options.lease;
    this.partition = options.partition;
    this.#window = new Window(options.limits);
    const { partition, leases, careful } = options;
    this.#work = options.openWork({ partition, token: leases.token, careful, reader: this });
  }

  get tenants(): readonly TenantCursor[] {
    return this.#window.tenants;
  }

  get isDraining(): boolean {
    return this.#state === 'draining';
  }

  /**
   * Reads once.
   * @returns how many entries came, and whether there may be more at once
   */
  async take(): Promise<{ readonly entries: number; readonly more: boolean }> {
    if (this.#state !== 'reading' || !this.lease.mayRead) return nothing;
    const plan = this.#window.plan();
    if (plan.length === 0 && this.#window.tenants.length > 0) return nothing;
    const { budget } = this.#options;
    const reserved = this.#reserve(plan);
    if (plan.length > 0 && reserved.bytes === 0) return nothing;
    let usedBytes = 0;
    try {
      const reply = await this.#read(plan, reserved);
      if (this.#isEnded()) return nothing;
      const taken = this.#receive(plan, reply);
      for (const { frame } of taken) usedBytes += frame.length;
      const isNew = this.#window.learn(readQueued(reply[0] as Buffer[]));
      this.#tooLarge = taken.length === 0 && this.#window.tenants.some((tenant) => tenant.waits);
      if (taken.length > 0) this.#work.accept(taken);
      return { entries: taken.length, more: isNew || taken.length >= (plan[0]?.entries ?? 1) };
    } catch (error) {
      if (!isFence(error)) throw error;
      this.fenced();
      return nothing;
    } finally {
      budget.giveBack(reserved.bytes - usedBytes);
    }
  }

  released(entry: TakenEntry): void {
    if (this.#isEnded()) return;
    this.#options.budget.giveBack(entry.frame.length);
    this.#window.tenant(entry.tenant)?.released(entry.frame.length);
  }

  left(entry: TakenEntry): void {
    if (this.#isEnded()) return;
    this.#options.budget.giveBack(entry.frame.length);
    this.#window.tenant(entry.tenant)?.left(entry.frame.length);
  }

  async confirmOwned(): Promise<boolean> {
    const { leases, clock } = this.#options;
    const sentAtMs = clock.monotonicMs();
    const isOurs = await leases.renew(this.partition);
    if (isOurs) this.lease.renewed(sentAtMs);
    else this.fenced();
    return isOurs && !this.#isEnded();
  }

  fenced(): void {
    if (this.#isEnded()) return;
    this.abandon();
    this.#options.onFenced();
  }

  /** Reads no more; resolves when nothing is at the database and all results are recorded. */
  drain(): Promise<void> {
    if (this.#state === 'reading') this.#state = 'draining';
    this.#drained ??= this.#work.drain();
    return this.#drained;
  }

  /** Drops everything in hand; Redis still has it. */
  abandon(): void {
    if (this.#isEnded()) return;
    this.#state = 'ended';
    this.#options.budget.giveBack(this.#window.heldBytes);
    this.#work.abandon();
  }

  #isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Sets the bytes aside before they are read, so that all partitions together stay within. */
  #reserve(plan: readonly Request[]): { readonly bytes: number; readonly alone: boolean } {
    const { budget } = this.#options;
    if (plan.length === 0) return { bytes: 0, alone: false };
    if (this.#tooLarge && this.#window.heldEntries === 0) {
      const bytes = budget.reserve(largestEntryBytes);
      if (bytes === largestEntryBytes) return { bytes, alone: true };
      budget.giveBack(bytes);
    }
    const wanted = plan.reduce((sum, request) => sum + request.bytes, 0);
    return { bytes: budget.reserve(wanted), alone: false };
  }

  async #read(
    plan: readonly Request[],
    reserved: { readonly bytes: number; readonly alone: boolean },
  ): Promise<unknown[]> {
    const { redis, partition, leases } = this.#options;
    const values: RedisArgument[] = [partition.lease, partition.queued];
    for (const { of } of plan) values.push(partition.stream(of.tenant), partition.taken(of.tenant));
    values.push(leases.token);
    let bytesLeft = reserved.bytes;
    for (const [index, { of, entries, bytes }] of plan.entries()) {
      const room = Math.min(bytes, bytesLeft);
      bytesLeft -= room;
      const alone = reserved.alone && index === 0 ? '1' : '0';
      values.push(of.cursor, String(entries), String(room), alone);
    }
    return (await redis.run(script, 2 + 2 * plan.length, values)) as unknown[];
  }

  #receive(plan: readonly Request[], reply: readonly unknown[]): TakenEntry[] {
    const taken: TakenEntry[] = [];
    for (const [index, { of }] of plan.entries()) {
      const before = reply[1 + 2 * index] as Buffer;
      const flat = reply[2 + 2 * index] as Buffer[];
      if (of.cursor === '-') of.suspectUpTo(before.toString('latin1'));
      for (let i = 0; i < flat.length; i += 2) {
        const id = flat[i] as Buffer;
        const frame = flat[i + 1] as Buffer;
        const suspect = of.take(id.toString('latin1'), frame.length);
        taken.push({ tenant: of.tenant, id, frame, suspect });
      }
    }
    return taken;
  }
}

const nothing = { entries: 0, more: false };

function readQueued(flat: readonly Buffer[]): Map<string, number> {
  const queued = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) queued.set(String(flat[i]), Number(flat[i + 1]));
  return queued;
}

function isFence(error: unknown): boolean {
  return error instanceof HeadraceError && error.details['code'] === 'FENCED';
}
