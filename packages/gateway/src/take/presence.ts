import { readScript, type RedisPort } from '../append/redis-port.ts';

const script = readScript(new URL('./presence-1.lua', import.meta.url));

/** Tells the other workers that this one lives, and counts them. */
export class Presence {
  readonly #redis: RedisPort;
  readonly #workersName: string;
  readonly #workerId: string;

  /** @param workersName the sorted set of the living workers */
  constructor(redis: RedisPort, workersName: string, workerId: string) {
    this.#redis = redis;
    this.#workersName = workersName;
    this.#workerId = workerId;
  }

  /** @returns how many workers live, this one included */
  async announce(holdMs: number): Promise<number> {
    const values = [this.#workersName, this.#workerId, String(holdMs)];
    return (await this.#redis.run(script, 1, values)) as number;
  }

  async withdraw(): Promise<void> {
    await this.announce(0);
  }
}
