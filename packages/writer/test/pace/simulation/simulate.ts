import type { ArrivalsPort, DeparturesPort } from '../../../src/pace/pace-port.ts';
import { seededRandom } from './random.ts';
import { ServerModel, type ModelCommand, type ServerSpec, type Trouble } from './server-model.ts';

/** One shard and what is sent to it. */
export interface Load {
  readonly shard: string;
  readonly server: ServerSpec;
  readonly troubles?: readonly Trouble[];
  /** Documents that arrive a millisecond, at random; without it there is always more to send. */
  readonly perMs?: number;
  /** Bytes a document; 269 (an order) unless told. */
  readonly documentBytes?: number;
}

/** One command that has ended. */
export interface Step {
  readonly shard: string;
  readonly atMs: number;
  readonly latencyMs: number;
  readonly documents: number;
  readonly failed: boolean;
  /** Documents that waited to be sent when it ended. */
  readonly waiting: number;
  /** What the pace allowed when it ended: commands in flight, documents a command. */
  readonly limit: number;
  readonly size: number;
}

/** What is simulated: the pace itself, with whatever limits it was given. */
export interface Subject extends DeparturesPort, ArrivalsPort {
  limitOf(shard: string): number;
}

interface Sent extends ModelCommand {
  readonly load: Sender;
}

/** One shard's side of the gatherer: what waits leaves as soon as it may. */
class Sender {
  readonly load: Load;
  readonly model: ServerModel<Sent>;
  readonly #nextWaitMs: () => number;
  waiting: number;
  nextArrivalMs: number;

  constructor(load: Load, seed: number) {
    const random = seededRandom(seed);
    this.load = load;
    this.model = new ServerModel<Sent>(load.server, load.troubles ?? [], seededRandom(seed + 1));
    const { perMs } = load;
    this.#nextWaitMs = () => (perMs === undefined ? Infinity : random.waitMs(perMs));
    this.waiting = perMs === undefined ? Infinity : 0;
    this.nextArrivalMs = this.#nextWaitMs();
  }

  get bytes(): number {
    return this.load.documentBytes ?? 269;
  }

  arrive(): void {
    this.waiting += 1;
    this.nextArrivalMs += this.#nextWaitMs();
  }

  send(subject: Subject, nowMs: number): void {
    const { shard } = this.load;
    while (this.waiting > 0 && subject.mayLeave(shard)) {
      const { maxWrites, maxBytes } = subject.capsFor(shard, this.bytes);
      const most = Math.min(maxWrites, Math.max(1, Math.floor(maxBytes / this.bytes)));
      const documents = Math.min(this.waiting, most);
      this.waiting -= documents;
      this.model.accept({ documents, leftAtMs: nowMs, load: this });
    }
  }
}

/** Runs a pace against shards for a while. Nothing in it takes real time; equal seeds, equal runs. */
export function simulate(
  subject: Subject,
  loads: readonly Load[],
  { forMs, seed }: { readonly forMs: number; readonly seed: number },
): readonly Step[] {
  const senders = loads.map((load, at) => new Sender(load, seed + at * 1000));
  const steps: Step[] = [];
  for (let nowMs = 0; nowMs < forMs;) {
    for (const sender of senders) sender.send(subject, nowMs);
    const next = senders.reduce((a, b) => (nextMsOf(b) < nextMsOf(a) ? b : a));
    nowMs = nextMsOf(next);
    if (next.nextArrivalMs <= next.model.nextAtMs) next.arrive();
    else steps.push(end(subject, next));
  }
  return steps;
}

function nextMsOf({ nextArrivalMs, model }: Sender): number {
  return Math.min(nextArrivalMs, model.nextAtMs);
}

function end(subject: Subject, sender: Sender): Step {
  const { command, atMs, failed } = sender.model.end();
  const { shard } = sender.load;
  const { documents } = command;
  const { waiting } = sender;
  const latencyMs = atMs - command.leftAtMs;
  const bytes = documents * sender.bytes;
  subject.ended(shard, { documents, bytes, latencyMs, failed: failed ? documents : 0 });
  const limit = subject.limitOf(shard);
  const size = subject.capsFor(shard, sender.bytes).maxWrites;
  return { shard, atMs, latencyMs, documents, failed, waiting, limit, size };
}
