import { BatchSize, type BatchSizeOptions } from './batch-size.ts';
import { LatencyWindow } from './latency-window.ts';
import type { LimitRule } from './limit-rule.ts';
import type { EndedCommand } from './pace-port.ts';
import { commandClassOf, costOf, documentClassOf } from './size-class.ts';

/** Commands whose median is what a command usually takes. */
const usualOver = 50;
const mostFailed = 0.01;

/** What is known of one shard: its commands in flight, how many it takes and how large. */
export class ShardPace {
  readonly rule: LimitRule;
  readonly #batch: BatchSizeOptions;
  readonly #sizes = new Map<number, BatchSize>();
  readonly #usual = new Map<number, LatencyWindow>();
  #inFlight = 0;
  #alone = false;
  #atLimit = false;

  constructor(rule: LimitRule, batch: BatchSizeOptions) {
    this.rule = rule;
    this.#batch = batch;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** @param documentClass of the documents that wait */
  sizeOf(documentClass: number): BatchSize {
    let size = this.#sizes.get(documentClass);
    if (size === undefined) {
      size = new BatchSize(this.#batch);
      this.#sizes.set(documentClass, size);
    }
    return size;
  }

  left(): void {
    this.#inFlight += 1;
    this.#alone = this.#inFlight === 1;
    if (this.#inFlight >= this.rule.limit) this.#atLimit = true;
  }

  ended({ documents, bytes, latencyMs, failed }: EndedCommand): void {
    const commandClass = commandClassOf(documents, bytes);
    const hasFailed = failed > documents * mostFailed;
    const usual = this.#usualOf(commandClass);
    const { median } = usual;
    this.sizeOf(documentClassOf(bytes / documents)).ended({
      ...{ documents, failed },
      relativeLatency: median === undefined ? undefined : latencyMs / median,
    });
    // How long a failure took says nothing of what a command takes.
    if (!hasFailed) usual.add(latencyMs);
    this.rule.ended({
      ...{ latencyMs, cost: costOf(documents, bytes), inFlight: this.#inFlight },
      ...{ alone: this.#alone, atLimit: this.#atLimit, failed: hasFailed },
    });
    this.#inFlight -= 1;
    this.#atLimit = this.#inFlight >= this.rule.limit;
  }

  #usualOf(commandClass: number): LatencyWindow {
    let window = this.#usual.get(commandClass);
    if (window === undefined) {
      window = new LatencyWindow(usualOver);
      this.#usual.set(commandClass, window);
    }
    return window;
  }
}
