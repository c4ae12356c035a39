import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in does with one request. */
export type Reply =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The connection ends without an answer. */
  | 'cut'
  /** Nothing ever comes. */
  | 'silent';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly atMs: number;
}

/** A stand-in for a gateway: it answers from a script, the last reply again and again. */
export interface ScriptedGateway extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
}

export async function scriptedGateway(...replies: readonly Reply[]): Promise<ScriptedGateway> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const atMs = performance.now();
    let text = '';
    request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, url, headers, text, atMs });
      const reply = replies[Math.min(received.length, replies.length) - 1] ?? 'cut';
      if (reply === 'silent') return;
      if (reply === 'cut') {
        request.socket.destroy();
        return;
      }
      const { body = '' } = reply;
      response.writeHead(reply.status, reply.headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const WRITE_ID = '0190163d-8694-739b-aea5-966c26f8ad91';

/** An insert that was applied. */
export const applied: Reply = {
  status: 201,
  body: {
    ...{ writeId: WRITE_ID, id: 'A-1', lane: 'direct', tier: 'strong', state: 'applied' },
    ...{ replayed: false, guaranteed: { w: 'majority', j: 'requested' } },
    location: `/v1/writes/${WRITE_ID}?ns=shop.orders&id=A-1`,
  },
};

/** A problem as the gateway writes it. */
export function problem(
  status: number,
  code: string,
  more: { readonly retryable?: boolean; readonly retryAfterMs?: number } = {},
): Reply {
  const detail = `The text of ${code}.`;
  const body = { status, code, detail, retryable: false, docs: `/docs#${code}`, ...more };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { ...body, writeId: WRITE_ID, requestId: 'r-1' },
  };
}
