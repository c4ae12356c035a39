import type { MongoClient } from 'mongodb';

/** Above the driver's own socket limit (15 s), which answers first wherever it works. */
const limitMs = 20_000;
/** How long a command may go on once connections to its servers have been lost. */
const afterLossMs = 1_000;

interface Running {
  readonly abort: AbortController;
  timer: NodeJS.Timeout;
}

/**
 * Bounds every command. The driver waits without end when it writes to a socket in the moment
 * between its destruction and its `close` event: `write` is false, `drain` never comes, and the
 * socket limit ends nothing as the socket is gone (mongodb 7.9, `Connection.writeCommand`). A
 * killed server makes that moment for all connections at once, and each such command would keep
 * its slot for ever.
 */
export class InFlightCommands {
  readonly #running = new Set<Running>();

  constructor(client: MongoClient) {
    client.on('connectionPoolCleared', () => {
      for (const running of this.#running) this.#abortAfter(running, afterLossMs);
    });
  }

  /** Runs a command with the signal that ends it; what it has done by then is not known. */
  async run<Reply>(send: (signal: AbortSignal) => Promise<Reply>): Promise<Reply> {
    const abort = new AbortController();
    const running = { abort, timer: abortIn(abort, limitMs) };
    this.#running.add(running);
    try {
      return await send(abort.signal);
    } finally {
      clearTimeout(running.timer);
      this.#running.delete(running);
    }
  }

  #abortAfter(running: Running, ms: number): void {
    clearTimeout(running.timer);
    running.timer = abortIn(running.abort, ms);
  }
}

function abortIn(abort: AbortController, ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    abort.abort();
  }, ms);
}
