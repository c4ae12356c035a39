import { HeadraceClientError, ownError, underKey } from '../errors.ts';
import { backOffMs } from './back-off.ts';
import { exchange, type Answer, type Outgoing } from './exchange.ts';
import { pause } from './pause.ts';
import { readProblem } from './read-problem.ts';

const DEADLINE_MS = 10_000;
const MAX_TRIES = 10;
/** The gateway answers at the deadline; this is for the way of its answer. */
const ANSWER_GRACE_MS = 1000;
/** What a quoted header value holds (RFC 8941, section 3.3.3). */
const QUOTABLE = /^[\x20-\x7e]+$/;

/** What may be said about any call. */
export interface CallOptions {
  /**
   * For all tries together, in milliseconds; 10,000 unless told. A write not sent to MongoDB by
   * then never is. The answer is awaited for a second more.
   */
  readonly deadlineMs?: number | undefined;
  /** Requests at most for this call; 10 unless told. */
  readonly maxTries?: number | undefined;
  /** Ends the call with the signal's reason; what was sent may still be applied. */
  readonly signal?: AbortSignal | undefined;
}

/** What all calls of a client share. */
export interface CallerOptions {
  /** Without a slash at its end. */
  readonly base: string;
  readonly apiKey?: string | undefined;
  readonly fetch: typeof fetch;
  readonly deadlineMs?: number | undefined;
  readonly maxTries?: number | undefined;
}

/** What each request of a call says. */
export interface Call {
  readonly method: Outgoing['method'];
  /** Behind the base, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The same for every try. Undefined for reads, which may be repeated anyway. */
  readonly idempotencyKey?: string | undefined;
}

/** Makes calls: requests that are repeated, under one idempotency key, until answered for good. */
export class Caller {
  readonly #options: CallerOptions;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /**
   * Sends a request until it is answered, refused for good, or the deadline or the tries are over.
   * @throws HeadraceClientError the last refusal, `no-answer` or `bad-answer`
   */
  async call(call: Call, options: CallOptions = {}): Promise<Answer> {
    const { deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS, signal } = options;
    const { maxTries = this.#options.maxTries ?? MAX_TRIES } = options;
    const untilMs = performance.now() + deadlineMs;
    for (let tries = 1; ; tries++) {
      const leftMs = Math.max(1, Math.floor(untilMs - performance.now()));
      const answer = await this.#try(call, leftMs, signal);
      if (!(answer instanceof HeadraceClientError)) return answer;
      if (!answer.retryable || tries >= maxTries) throw answer;
      const waitMs = backOffMs(tries, answer.retryAfterMs ?? 0, Math.random());
      if (performance.now() + waitMs >= untilMs) throw answer;
      await pause(waitMs, signal);
    }
  }

  async #try(
    call: Call,
    leftMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer | HeadraceClientError> {
    const { base, fetch } = this.#options;
    const { method, path, body, idempotencyKey } = call;
    const outgoing = { method, url: base + path, headers: this.#headers(call, leftMs), body };
    try {
      const timeoutMs = leftMs + ANSWER_GRACE_MS;
      const answer = await exchange(outgoing, { fetch, timeoutMs, signal });
      const isSuccess = answer.status >= 200 && answer.status < 300;
      return isSuccess ? answer : underKey(readProblem(answer, base), idempotencyKey);
    } catch (thrown) {
      if (!(thrown instanceof HeadraceClientError)) throw thrown;
      return underKey(thrown, idempotencyKey);
    }
  }

  #headers(call: Call, leftMs: number): Record<string, string> {
    const { apiKey } = this.#options;
    const { headers, idempotencyKey } = call;
    return {
      ...headers,
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(idempotencyKey === undefined
        ? {}
        : { 'idempotency-key': quoted(idempotencyKey), 'x-deadline-ms': String(leftMs) }),
    };
  }
}

/** Checked here, as `fetch` fails for a bad header as it does for a broken connection. */
function quoted(idempotencyKey: string): string {
  if (!QUOTABLE.test(idempotencyKey)) {
    throw ownError('bad-argument', 'an idempotency key is visible ASCII text');
  }
  return `"${idempotencyKey.replace(/["\\]/g, '\\$&')}"`;
}
