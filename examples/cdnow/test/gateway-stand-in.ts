import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A write as it came, kept under its idempotency key. */
export interface SeenWrite {
  readonly body: string;
  readonly tier: unknown;
  readonly path: string;
}

/** Misfortunes; `lost-answer` stores what came and then drops the connection. */
export type Fault = 'busy' | 'refused' | 'dropped' | 'lost-answer' | 'line-failed';

/**
 * A stand-in for the gateway: a real HTTP server that answers as the API says and remembers every
 * write. It shows what the replay sends; the gateway itself is tested elsewhere.
 */
export class GatewayStandIn {
  readonly writes = new Map<string, SeenWrite>();
  /** Idempotency keys that came again with other content. */
  readonly conflicts: string[] = [];
  mostAtOnce = 0;
  #underWay = 0;
  readonly #tries = new Map<string, number>();
  readonly #faultOf: (idempotencyKey: string, nthTry: number) => Fault | undefined;
  readonly #server: Server;

  /** @param faultOf asked once for each request */
  constructor(faultOf: (idempotencyKey: string, nthTry: number) => Fault | undefined) {
    this.#faultOf = faultOf;
    this.#server = createServer((incoming, outgoing) => {
      void this.#serve(incoming, outgoing);
    });
  }

  /** @returns the address to send to; on a free port unless one is given */
  async listen(port = 0): Promise<string> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    const body = await text(incoming);
    this.#underWay -= 1;
    const idempotencyKey = String(incoming.headers['idempotency-key']);
    const nthTry = (this.#tries.get(idempotencyKey) ?? 0) + 1;
    this.#tries.set(idempotencyKey, nthTry);
    const fault = this.#faultOf(idempotencyKey, nthTry);
    if (fault === 'dropped') incoming.socket.destroy();
    else if (fault === 'busy') answerProblem(outgoing, { status: 503, retryAfterS: '1' });
    else if (fault === 'refused') answerProblem(outgoing, { status: 422 });
    else this.#store(incoming, outgoing, { idempotencyKey, body, fault });
  }

  #store(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    request: { idempotencyKey: string; body: string; fault: Fault | undefined },
  ): void {
    const { idempotencyKey, body, fault } = request;
    const path = incoming.url ?? '';
    const tier = incoming.headers['x-consistency'];
    if (path.endsWith('/_bulk?results=failures')) {
      const lines = body.trimEnd().split('\n');
      const failed = fault === 'line-failed' ? 1 : 0;
      lines.slice(failed).forEach((line, index) => {
        this.#keep(`${idempotencyKey}/${index + 1 + failed}`, { body: line, tier, path });
      });
      outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' });
      if (failed > 0) outgoing.write('{"line":1,"status":503,"code":"busy","retryable":true}\n');
      const applied = lines.length - failed;
      const last = { done: true, lines: lines.length, applied, failed };
      if (fault === 'lost-answer') outgoing.end();
      else outgoing.end(`${JSON.stringify(last)}\n`);
      return;
    }
    const replayed = this.#keep(idempotencyKey, { body, tier, path });
    if (fault === 'lost-answer') return void incoming.socket.destroy();
    if (replayed) outgoing.setHeader('idempotency-replayed', 'true');
    outgoing.writeHead(tier === 'eventual' ? 202 : 201).end('{}');
  }

  #keep(idempotencyKey: string, write: SeenWrite): boolean {
    const before = this.writes.get(idempotencyKey);
    if (before !== undefined && before.body !== write.body) this.conflicts.push(idempotencyKey);
    this.writes.set(idempotencyKey, write);
    return before !== undefined;
  }
}

function answerProblem(
  outgoing: ServerResponse,
  problem: { status: number; retryAfterS?: string },
): void {
  const retryable = problem.status === 503;
  if (problem.retryAfterS !== undefined) outgoing.setHeader('retry-after', problem.retryAfterS);
  outgoing.writeHead(problem.status, { 'content-type': 'application/problem+json' });
  outgoing.end(JSON.stringify({ code: retryable ? 'busy' : 'schema-refused', retryable }));
}
