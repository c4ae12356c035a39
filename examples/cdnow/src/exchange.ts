import { request, type Agent, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import { cdnowErrors } from './cdnow-errors.ts';
import { orderDocument } from './order-document.ts';
import { bodyOf, type Delivery } from './plan-replay.ts';

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
 * Sends a delivery once and reads the whole answer. Rejects when the connection is refused, lost
 * or silent: the write may or may not have been taken then. Node's own http with a keep-alive
 * agent, because fetch managed only a third as many requests a second from one process.
 */
export function exchange(gateway: GatewayEnd, delivery: Delivery): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(requestOptions(gateway, delivery));
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
    const [only, ...more] = delivery.orders;
    if (only !== undefined && more.length === 0) outgoing.end(orderDocument(only));
    else Readable.from(bodyOf(delivery)).pipe(outgoing);
  });
}

function requestOptions({ url, agent, signal }: GatewayEnd, delivery: Delivery): RequestOptions {
  return {
    host: url.hostname,
    port: url.port,
    path: delivery.path,
    method: 'POST',
    agent,
    signal,
    timeout: SILENCE_MS,
    headers: {
      'content-type': delivery.contentType,
      'idempotency-key': delivery.idempotencyKey,
      'x-consistency': delivery.way,
    },
  };
}
