import type { PartitionKeys } from '../append/buffer-keys-port.ts';
import { readScript, type RedisPort } from '../append/redis-port.ts';

const takeScript = readScript(new URL('./lease-1.lua', import.meta.url));
const renewScript = readScript(new URL('./renew-1.lua', import.meta.url));
const releaseScript = readScript(new URL('./release-1.lua', import.meta.url));

export interface Taken {
  /** Two former owners ended with the same entries in hand: these are to be run one at a time. */
  readonly careful: boolean;
}

/** The calls that take, prolong and give back the leases of one worker. */
export class Leases {
  readonly token: string;
  readonly #redis: RedisPort;
  readonly #holdMs: string;

  /** @param token proves ownership; a new one for every worker */
  constructor(redis: RedisPort, token: string, holdMs: number) {
    this.#redis = redis;
    this.token = token;
    this.#holdMs = String(holdMs);
  }

  /** @returns undefined when another worker owns the partition */
  async take(partition: PartitionKeys): Promise<Taken | undefined> {
    const { lease, owners, loneTries } = partition;
    const values = [lease, owners, loneTries, this.token, this.#holdMs];
    const reply = await this.#redis.run(takeScript, 3, values);
    return reply === 0 ? undefined : { careful: reply === 2 };
  }

  /** @returns false when the lease was lost */
  async renew(partition: PartitionKeys): Promise<boolean> {
    const values = [partition.lease, this.token, this.#holdMs];
    return (await this.#redis.run(renewScript, 1, values)) === 1;
  }

  async giveBack(partition: PartitionKeys): Promise<void> {
    await this.#redis.run(releaseScript, 2, [partition.lease, partition.owners, this.token]);
  }
}
