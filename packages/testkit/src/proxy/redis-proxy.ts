import { TcpProxy, type Link, type Passage } from './tcp-proxy.ts';

/** Where a test hurts the way to Redis. */
export interface RedisProxy extends AsyncDisposable {
  /** To connect to instead of the server's own. */
  readonly url: string;
  /** Closes every connection now. */
  cut(): void;
  /**
   * A lost answer: the next commands run, and when the reply comes the connection is closed
   * without it.
   * @param times how many replies; default 1
   * @param containing only commands whose bytes hold this text, in any case (`evalsha`, a stream's
   *   name); default: all
   */
  cutBeforeReply(times?: number, containing?: string): void;
  /** See `TcpProxy.blackHole`. */
  blackHole(on: boolean): void;
  /** Every reply comes this much later. */
  setDelayMs(delayMs: number): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of the Redis on `target.port`. */
export async function redisProxy(options: {
  readonly target: { readonly port: number };
}): Promise<RedisProxy> {
  const lost = { times: 0, containing: '' };
  const delay = { ms: 0 };
  const proxy = new TcpProxy(options.target.port, (link) => passage(link, lost, delay));
  await proxy.listen();
  const close = (): Promise<void> => proxy.close();
  return {
    url: `redis://127.0.0.1:${proxy.port}`,
    cut: () => {
      proxy.cut();
    },
    cutBeforeReply: (times = 1, containing = '') => {
      lost.times = times;
      lost.containing = containing.toLowerCase();
    },
    blackHole: (on) => {
      proxy.blackHole(on);
    },
    setDelayMs: (delayMs) => {
      delay.ms = delayMs;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function passage(
  link: Link,
  lost: { times: number; containing: string },
  delay: { ms: number },
): Passage {
  let isDoomed = false;
  let sent = Promise.resolve();
  return {
    fromClient: (bytes) => {
      if (lost.times > 0 && bytes.toString('latin1').toLowerCase().includes(lost.containing)) {
        lost.times -= 1;
        isDoomed = true;
      }
      link.toServer(bytes);
    },
    fromServer: (bytes) => {
      if (isDoomed) {
        link.cut();
        return;
      }
      const dueAt = performance.now() + delay.ms;
      // In a chain: a shorter delay set later must not let a reply overtake an earlier one.
      sent = sent
        .then(() => until(dueAt))
        .then(() => {
          link.toClient(bytes);
        });
    },
  };
}

async function until(dueAt: number): Promise<void> {
  const leftMs = dueAt - performance.now();
  if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
}
