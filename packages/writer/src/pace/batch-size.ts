/** Commands between two changes: each change is seen to work before the next one. */
const commandsPerChange = 5;
const rising = 1.2;
const falling = 0.8;
const mostFailed = 0.01;
const afterErrors = 0.5;
const afterFlat = 1.2;
const afterFall = 2;
/** A command counts as full from here: it may have been gathered before the last growth. */
const fullFrom = 1 / afterFlat;

export interface BatchSizeOptions {
  /** Documents, all three. */
  readonly start: number;
  readonly least: number;
  readonly most: number;
}

/** One command that has ended, seen against those like it. */
export interface SizedCommand {
  readonly documents: number;
  readonly failed: number;
  /** Its latency over what is usual for its size; undefined where that is not known. */
  readonly relativeLatency: number | undefined;
}

/**
 * How many documents a command may carry, adapted every five commands.
 *
 * Multiplicative growth and decrease, held still while latency rises, are those of slow start and
 * of the reaction to loss in TCP (RFC 5681, sections 3.1 and 3.2). Two more rules come from there:
 * after errors it is half of what was really sent (equation 4: FlightSize, not the window), and it
 * grows only when the last commands were full (RFC 7661: a window that was not used proves nothing).
 */
export class BatchSize {
  readonly #options: BatchSizeOptions;
  #size: number;
  #seen = 0;
  #documents = 0;
  #failed = 0;
  #largest = 0;
  #worstLatency = 0;

  constructor(options: BatchSizeOptions) {
    this.#options = options;
    this.#size = options.start;
  }

  /** Documents the next command may carry. */
  get writes(): number {
    return Math.floor(this.#size);
  }

  ended({ documents, failed, relativeLatency = 1 }: SizedCommand): void {
    this.#seen += 1;
    this.#documents += documents;
    this.#failed += failed;
    this.#largest = Math.max(this.#largest, documents);
    this.#worstLatency = Math.max(this.#worstLatency, relativeLatency);
    if (this.#seen < commandsPerChange) return;
    const { least, most } = this.#options;
    this.#size = Math.min(most, Math.max(least, this.#nextSize()));
    this.#seen = 0;
    this.#documents = 0;
    this.#failed = 0;
    this.#largest = 0;
    this.#worstLatency = 0;
  }

  #nextSize(): number {
    if (this.#failed > this.#documents * mostFailed) {
      return Math.min(this.#size, this.#largest) * afterErrors;
    }
    if (this.#largest < this.#size * fullFrom || this.#worstLatency > rising) return this.#size;
    return this.#size * (this.#worstLatency < falling ? afterFall : afterFlat);
  }
}
