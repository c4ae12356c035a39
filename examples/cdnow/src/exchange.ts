import { request, type Agent, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import { cdnowErrors } from './cdnow-errors.ts';

/** A request, whole but for the address. */
export interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or piece by piece, so that a long one is never held whole. */
  readonly body: string | Iterable<string> | undefined;
}

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The gateway's address and what a request to it shares with the others. */
export interface GatewayEnd {
  readonly url: URL;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

/** Longer than any deadline of the gateway: silence for so long means the connection is dead. */
const SILENCE_MS = 60_000;

/**
 * Sends a request once and reads the whole answer. Rejects when the connection is refused, lost
 * or silent: the write may or may not have been taken then. Node's own http with a keep-alive
 * agent, because fetch managed only a third as many requests a second from one process.
 */
export function exchange(gateway: GatewayEnd, sent: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(requestOptions(gateway, sent));
    outgoing.on('error', reject);
    outgoing.on('timeout', () => {
      outgoing.destroy(cdnowErrors.create('no-answer', { seconds: SILENCE_MS / 1_000 }));
    });
    outgoing.on('response', (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (piece: string) => (text += piece));
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    const { body } = sent;
    if (body === undefined || typeof body === 'string') outgoing.end(body);
    else Readable.from(body).pipe(outgoing);
  });
}

function requestOptions({ url, agent, signal }: GatewayEnd, sent: Outgoing): RequestOptions {
  return {
    host: url.hostname,
    port: url.port,
    path: sent.path,
    method: sent.method,
    agent,
    signal,
    timeout: SILENCE_MS,
    headers: sent.headers,
  };
}
