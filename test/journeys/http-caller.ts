import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';

export type Tier = 'eventual' | 'balanced' | 'strong';

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The JSON of the text; an empty object where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a request came to: an answer, never sent, or sent and no answer came. */
export type Exchange = Answer | 'not-sent' | 'no-answer';

export interface Insert {
  readonly tier: Tier;
  readonly idempotencyKey?: string | undefined;
  readonly deadlineMs?: number;
}

const MOST_SOCKETS = 512;

/** An HTTP client that tells a refused connection (nothing was sent) from a lost answer. */
export class HttpCaller implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS });

  insert(url: string, document: object, options: Insert): Promise<Exchange> {
    const { tier, idempotencyKey, deadlineMs } = options;
    return this.send('POST', url, {
      text: JSON.stringify(document),
      headers: {
        'content-type': 'application/json',
        'x-consistency': tier,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(deadlineMs === undefined ? {} : { 'x-deadline-ms': String(deadlineMs) }),
      },
    });
  }

  /** `_bulk`, one document a line. */
  bulk(url: string, documents: readonly object[], options: Insert): Promise<Exchange> {
    return this.send('POST', url, {
      text: documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
      headers: { 'content-type': 'application/x-ndjson', 'x-consistency': options.tier },
    });
  }

  get(url: string): Promise<Exchange> {
    return this.send('GET', url, { text: '', headers: {} });
  }

  /** Any request there is. */
  send(
    method: string,
    url: string,
    content: { readonly text: string; readonly headers: Readonly<Record<string, string>> },
  ): Promise<Exchange> {
    const { text, headers } = content;
    return new Promise((resolve) => {
      const outgoing = request(url, { method, agent: this.#agent, headers }, (incoming) => {
        let received = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (piece: string) => (received += piece));
        incoming.on('error', () => {
          resolve('no-answer');
        });
        incoming.on('end', () => {
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, text: received, body: parseObject(received) });
        });
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' ? 'not-sent' : 'no-answer');
      });
      outgoing.end(text);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

/** The answer where there must be one. */
export function answered(exchange: Exchange): Answer {
  if (typeof exchange === 'string') expect.unreachable(`the request came to ${exchange}`);
  return exchange;
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {}; // NDJSON, or the page
    throw error;
  }
}
