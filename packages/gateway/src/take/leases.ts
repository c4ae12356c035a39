import type { PartitionKeys } from '../append/buffer-keys-port.ts';
import { readScript, type RedisPort } from '../append/redis-port.ts';

const takeScript = readScript(new URL('./lease-1.lua', import.meta.url));
const renewScript = readScript(new URL('./renew-1.lua', import.meta.url));
const releaseScript = readScript(new URL('./release-1.lua', import.meta.url));

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

  /** @returns false when another worker owns the partition */
  async take(partition: PartitionKeys): Promise<boolean> {
    const values = [partition.lease, this.token, this.#holdMs];
    return (await this.#redis.run(takeScript, 1, values)) === 1;
  }

  /** @returns false when the lease was lost */
  async renew(partition: PartitionKeys): Promise<boolean> {
    const values = [partition.lease, this.token, this.#holdMs];
    return (await this.#redis.run(renewScript, 1, values)) === 1;
  }

  async giveBack(partition: PartitionKeys): Promise<void> {
    await this.#redis.run(releaseScript, 1, [partition.lease, this.token]);
  }
}
