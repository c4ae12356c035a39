/** A body being received. */
export interface WatchedBody {
  /** Monotonic time of its start, or of its last progress. */
  sinceMs: number;
  /** Called once when nothing came for too long. */
  readonly cut: () => void;
}

/**
 * Cuts off bodies that take too long to arrive: the server's own request timeout is off, because a
 * `_bulk` body may rightly take hours. One timer for all, as a timer a request costs more.
 */
export class StalledBodies {
  readonly limitMs: number;
  readonly #watched = new Set<WatchedBody>();
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
    this.#timer = setInterval(
      () => {
        this.#sweep();
      },
      Math.max(10, limitMs / 10),
    ).unref();
  }

  watch(body: WatchedBody): void {
    this.#watched.add(body);
  }

  unwatch(body: WatchedBody): void {
    this.#watched.delete(body);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    const latestMs = performance.now() - this.limitMs;
    for (const body of this.#watched) {
      if (body.sinceMs > latestMs) continue;
      this.#watched.delete(body);
      body.cut();
    }
  }
}
