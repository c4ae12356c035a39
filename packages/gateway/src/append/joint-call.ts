import { gatewayErrors } from '../errors.ts';
import { readScript, type RedisArgument, type RedisPort } from './redis-port.ts';

const script = readScript(new URL('./append-groups-n.lua', import.meta.url));

/** What a call asks of Redis for one group of writes; see `append-groups-n.lua`. */
export interface GroupRequest {
  readonly keys: readonly RedisArgument[];
  readonly args: readonly RedisArgument[];
  /** Of all arguments together. */
  readonly bytes: number;
}

/** One number a write, as the script answers them; undefined when all are queued now. */
export type GroupAnswers = readonly number[] | undefined;

interface Waiting {
  readonly request: GroupRequest;
  readonly answered: (answers: GroupAnswers) => void;
  readonly failed: (cause: unknown) => void;
}

/** A call is sent once it carries so much; one larger group goes alone. */
const maxCallBytes = 1_048_576;

/**
 * Lets the groups of several partitions travel in one call: the cost of a call, some 10 us here and
 * there, is shared, while each group stays atomic by itself and is answered by itself. On a Redis
 * Cluster the partitions lie on different nodes, so there each group is a call of its own.
 */
export class JointCall {
  readonly #redis: RedisPort;
  readonly #isCluster: boolean;
  #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(redis: RedisPort, isCluster: boolean) {
    this.#redis = redis;
    this.#isCluster = isCluster;
  }

  /**
   * Adds a group to the call; nothing leaves before `send`.
   * @throws HeadraceError `redis-refused` (nothing was written) or `redis-lost` (not known)
   */
  add(request: GroupRequest): Promise<GroupAnswers> {
    return new Promise((answered, failed) => {
      if (
        this.#waiting.length > 0 &&
        (this.#isCluster || this.#bytes + request.bytes > maxCallBytes)
      ) {
        this.send();
      }
      this.#waiting.push({ request, answered, failed });
      this.#bytes += request.bytes;
    });
  }

  send(): void {
    const groups = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (groups.length > 0) void this.#call(groups);
  }

  async #call(groups: readonly Waiting[]): Promise<void> {
    const values: RedisArgument[] = [];
    for (const { request } of groups) for (const key of request.keys) values.push(key);
    const keyCount = values.length;
    for (const { request } of groups) for (const arg of request.args) values.push(arg);
    let results: (readonly number[] | 0 | Buffer)[];
    try {
      results = (await this.#redis.run(script, keyCount, values)) as typeof results;
    } catch (cause) {
      for (const { failed } of groups) failed(cause);
      return;
    }
    groups.forEach(({ answered, failed }, index) => {
      const result = results[index];
      if (result === 0) answered(undefined);
      else if (Array.isArray(result)) answered(result as readonly number[]);
      else failed(refused(String(result)));
    });
  }
}

/** The reply of one group that was refused while others of its call were not. */
function refused(code: string): Error {
  return gatewayErrors.create('redis-refused', { code, reply: code });
}
