import { Server as TcpServer } from 'node:net';
import type { Server } from 'node:http';

/**
 * Stops listening and gives connections that look idle a moment for a request that is already on
 * its way: were they closed at once, as the HTTP server's own `close` does, that caller would never
 * know whether its write was taken. The answer ends the connection (see `sendAnswer`).
 * @returns when every connection has ended, or the moment is over
 */
export function partFromCallers(server: Server, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    // A turn later: what arrived while this process was held up is read before the moment is over.
    const timer = setTimeout(() => setImmediate(resolve), withinMs);
    TcpServer.prototype.close.call(server, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
