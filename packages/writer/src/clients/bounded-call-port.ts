import type { MongoClient } from 'mongodb';

/** Above the driver's own socket limit (15 s), which answers first wherever it works. */
const limitMs = 20_000;
/** How long a call may go on once connections to its servers have been lost. */
const afterLossMs = 1_000;

interface Running {
  readonly abort: AbortController;
  timer: NodeJS.Timeout;
}

const runningByClient = new WeakMap<MongoClient, Set<Running>>();

/**
 * Bounds a call of the driver. The driver waits without end when it writes to a socket in the moment
 * between its destruction and its `close` event: `write` is false, `drain` never comes, and the
 * socket limit ends nothing as the socket is gone (mongodb 7.9, `Connection.writeCommand`). A
 * killed server makes that moment for all connections at once, and each such call would keep
 * whoever waits for it for ever.
 * @param call is given the signal that ends it, for driver calls that take one: these also give
 * their connection back. One that takes none is left behind.
 * @throws AbortError when the call was ended; what it has done by then is not known
 */
export async function boundedCall<Reply>(
  client: MongoClient,
  call: (signal: AbortSignal) => Promise<Reply>,
): Promise<Reply> {
  const all = runningOf(client);
  const abort = new AbortController();
  const running = { abort, timer: abortIn(abort, limitMs) };
  all.add(running);
  try {
    return await Promise.race([call(abort.signal), rejectionOf(abort.signal)]);
  } finally {
    clearTimeout(running.timer);
    all.delete(running);
  }
}

function runningOf(client: MongoClient): Set<Running> {
  const known = runningByClient.get(client);
  if (known !== undefined) return known;
  const all = new Set<Running>();
  runningByClient.set(client, all);
  client.on('connectionPoolCleared', () => {
    for (const running of all) {
      clearTimeout(running.timer);
      running.timer = abortIn(running.abort, afterLossMs);
    }
  });
  return all;
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

function abortIn(abort: AbortController, ms: number): NodeJS.Timeout {
  return setTimeout(() => {
    abort.abort();
  }, ms);
}
