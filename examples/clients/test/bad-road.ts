import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of one request: refused on the way, its answer lost, or brought through. */
export type Fate = 'busy' | 'lost' | 'through';

/** A stand-in for what lies between caller and gateway, where the first requests fare badly. */
export interface BadRoad extends AsyncDisposable {
  readonly url: string;
  readonly seen: { readonly headers: IncomingHttpHeaders; readonly atMs: number }[];
}

/** @param fates of the first requests; later ones get through */
export async function badRoad(gatewayUrl: string, fates: readonly Fate[]): Promise<BadRoad> {
  const seen: { headers: IncomingHttpHeaders; atMs: number }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const fate = fates[seen.push({ headers, atMs: performance.now() }) - 1] ?? 'through';
      if (fate === 'busy') {
        answerBusy(response);
        return;
      }
      void forward(gatewayUrl + url, { method, headers, body: Buffer.concat(parts) }).then(
        ({ status, text }) => {
          if (fate === 'lost') request.socket.destroy();
          else response.writeHead(status, { 'content-type': 'application/json' }).end(text);
        },
      );
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerBusy(response: ServerResponse): void {
  const problem = { code: 'over-capacity', detail: 'Later.', retryable: true, retryAfterMs: 1000 };
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '1' });
  response.end(JSON.stringify(problem));
}

async function forward(
  url: string,
  said: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer },
): Promise<{ readonly status: number; readonly text: string }> {
  const kept = ['content-type', 'idempotency-key', 'x-deadline-ms'];
  const headers = kept.map((name): [string, string] => [name, String(said.headers[name])]);
  const body = new Uint8Array(said.body);
  const response = await fetch(url, { method: said.method, headers, body });
  return { status: response.status, text: await response.text() };
}
