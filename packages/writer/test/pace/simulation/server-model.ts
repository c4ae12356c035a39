import type { Random } from './random.ts';

/** A shard, as far as time goes. All times in milliseconds. */
export interface ServerSpec {
  readonly networkMs: number;
  /** A command alone takes `fixedMs + perDocumentMs * documents` at the server. */
  readonly fixedMs: number;
  readonly perDocumentMs: number;
  /** Commands it works on at once; the others wait their turn. */
  readonly workers: number;
  /** By how much each other command under way slows one down, as a share. */
  readonly contention: number;
  /** Spread of the log-normal noise on each command. */
  readonly sigma: number;
  /** Share of the commands that meet a stall (a checkpoint, a collection), and how long it is. */
  readonly stallShare: number;
  readonly stallMs: number;
}

/** A server with as many workers as its knee: beyond it commands only wait. */
export const hardKnee = (workers: number): ServerSpec => ({
  ...{ networkMs: 0.3, fixedMs: 1, perDocumentMs: 0.006, workers },
  ...{ contention: 0.03, sigma: 0.2, stallShare: 0.005, stallMs: 20 },
});

/** A server that commands share: each more helps, and helps less. */
export const softKnee: ServerSpec = { ...hardKnee(8), contention: 0.35 };

/** What happens to a server from `fromMs` to `toMs`. */
export interface Trouble {
  readonly fromMs: number;
  readonly toMs: number;
  /** How many times as long everything takes. */
  readonly slower?: number;
  /** Share of the commands that fail. */
  readonly failing?: number;
  /** Larger commands fail. */
  readonly mostDocuments?: number;
}

export interface ModelCommand {
  readonly documents: number;
  readonly leftAtMs: number;
}

/** A command and when it ends. */
export interface Due<Command extends ModelCommand> {
  readonly command: Command;
  readonly atMs: number;
  readonly failed: boolean;
}

/** Commands wait in order of arrival for one of the workers. */
export class ServerModel<Command extends ModelCommand> {
  readonly #spec: ServerSpec;
  readonly #troubles: readonly Trouble[];
  readonly #random: Random;
  readonly #waiting: Command[] = [];
  readonly #running: Due<Command>[] = [];

  constructor(spec: ServerSpec, troubles: readonly Trouble[], random: Random) {
    this.#spec = spec;
    this.#troubles = troubles;
    this.#random = random;
  }

  accept(command: Command): void {
    this.#waiting.push(command);
    this.#start(command.leftAtMs);
  }

  /** When the next command ends; infinity when none is under way. */
  get nextAtMs(): number {
    return this.#running.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
  }

  /** Ends the next command. */
  end(): Due<Command> {
    const at = this.#running.findIndex(({ atMs }) => atMs === this.nextAtMs);
    const [due] = this.#running.splice(at, 1);
    if (due === undefined) throw new RangeError('nothing is under way');
    this.#start(due.atMs);
    return due;
  }

  #start(nowMs: number): void {
    while (this.#running.length < this.#spec.workers) {
      const command = this.#waiting.shift();
      if (command === undefined) return;
      const trouble = this.#troubles.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
      const { failing = 0, mostDocuments = Infinity } = trouble ?? {};
      const failed = command.documents > mostDocuments || this.#random.uniform() < failing;
      const atMs = nowMs + this.#serviceMs(command.documents, trouble?.slower ?? 1);
      this.#running.push({ command, atMs, failed });
    }
  }

  #serviceMs(documents: number, slower: number): number {
    const { networkMs, fixedMs, perDocumentMs, contention, sigma } = this.#spec;
    const others = this.#running.length + this.#waiting.length;
    const workMs = (fixedMs + perDocumentMs * documents) * slower * (1 + contention * others);
    const stalled = this.#random.uniform() < this.#spec.stallShare;
    return networkMs + workMs * this.#random.lognormal(sigma) + (stalled ? this.#spec.stallMs : 0);
  }
}
