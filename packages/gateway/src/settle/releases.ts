import { setTimeout as delay } from 'node:timers/promises';
import { HeadraceError, type Counter, type Log } from '@headrace/base';
import type { PartitionKeys } from '../append/buffer-keys-port.ts';
import { claimKeptKeyedMs, claimKeptKeylessMs, claimState } from '../append/claim-port.ts';
import { isFoundByItsDocument } from '../append/frame-port.ts';
import { readScript, type RedisArgument, type RedisPort } from '../append/redis-port.ts';
import type { Release, ReleasesPort } from '../apply/releases-port.ts';
import type { PartitionReader } from '../take/entry-port.ts';

const script = readScript(new URL('./settle-n.lua', import.meta.url));
const maxGroupEntries = 500;
const repeatAfterMs = 100;

export interface ReleasesOptions {
  readonly redis: RedisPort;
  readonly log: Log;
  readonly partition: PartitionKeys;
  readonly token: string;
  readonly reader: PartitionReader;
  readonly settled: Counter;
}

/**
 * Lets the entries of one partition leave Redis, in groups of one tenant: what comes while a call
 * is under way forms the next one.
 */
export class Releases implements ReleasesPort {
  readonly #options: ReleasesOptions;
  readonly #waiting = new Map<string, Release[]>();
  #busy: Promise<void> | undefined;
  #abandoned = false;

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  release(release: Release): void {
    const { tenant } = release.entry;
    const waiting = this.#waiting.get(tenant);
    if (waiting === undefined) this.#waiting.set(tenant, [release]);
    else waiting.push(release);
    this.#busy ??= this.#run();
  }

  async idle(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
  }

  abandon(): void {
    this.#abandoned = true;
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    // The verdicts of one batch arrive in one turn of the event loop: they leave together.
    await new Promise(setImmediate);
    for (let group = this.#next(); group !== undefined; group = this.#next()) {
      await this.#releaseGroup(group);
    }
    this.#busy = undefined;
  }

  #next(): Release[] | undefined {
    for (const [tenant, waiting] of this.#waiting) {
      // To the end of the order, so that tenants take turns.
      this.#waiting.delete(tenant);
      if (waiting.length > maxGroupEntries) {
        this.#waiting.set(tenant, waiting.slice(maxGroupEntries));
        return waiting.slice(0, maxGroupEntries);
      }
      return waiting;
    }
    return undefined;
  }

  async #releaseGroup(group: readonly Release[]): Promise<void> {
    const { redis, reader, settled, log } = this.#options;
    const values = this.#arguments(group);
    while (!this.#isAbandoned()) {
      try {
        await redis.run(script, 4 + group.length, values);
      } catch (error) {
        if (!(error instanceof HeadraceError)) throw error;
        if (error.details['code'] === 'FENCED') {
          reader.fenced();
          return;
        }
        log.warn({ cause: error }, 'Applied writes could not be released from Redis yet.');
        await delay(repeatAfterMs);
        continue;
      }
      for (const { entry, state } of group) {
        reader.released(entry);
        settled.add({ state: state === 'a' ? 'applied' : 'rejected' });
      }
      return;
    }
  }

  #isAbandoned(): boolean {
    return this.#abandoned;
  }

  #arguments(group: readonly Release[]): RedisArgument[] {
    const { partition, token } = this.#options;
    const tenant = group[0]?.entry.tenant ?? '';
    const { lease, queued, owners } = partition;
    const keys: RedisArgument[] = [lease, queued, owners, partition.stream(tenant)];
    const kept = group.filter(keepsItsClaim);
    for (const { writeId } of kept) keys.push(partition.claim(writeId));
    let bytes = 0;
    const ids: RedisArgument[] = [];
    for (const release of group) {
      if (!keepsItsClaim(release)) keys.push(partition.claim(release.writeId));
      bytes += release.entry.frame.length;
      ids.push(release.entry.id);
    }
    const head = [token, tenant, String(bytes), String(kept.length)];
    return [...keys, ...head, ...kept.flatMap(keptClaim), ...ids];
  }
}

/** An applied write that its document tells of is not asked for by its claim any more. */
function keepsItsClaim({ entry, state }: Release): boolean {
  return state !== claimState.applied || !isFoundByItsDocument(entry.frame);
}

/** What the claim says from now on, and for how long. */
function keptClaim({ entry, state, fingerprint, keyed }: Release): RedisArgument[] {
  const claim = Buffer.concat([Buffer.from(state), fingerprint, Buffer.from(entry.tenant)]);
  return [claim, String(keyed ? claimKeptKeyedMs : claimKeptKeylessMs)];
}
