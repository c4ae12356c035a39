import { waitFor } from '@headrace/testkit';
import { HttpCaller, type Exchange, type Tier } from './http-caller.ts';

/** One write of a load and how it stands with its caller. */
export interface LoadWrite {
  readonly n: number;
  readonly tier: Tier;
  readonly idempotencyKey: string | undefined;
  readonly document: object;
  /**
   * `open`: certainly not written, or to be sent again under its idempotency key. `unknown`: sent
   * without one and never answered, so it may not be sent again.
   */
  state: 'open' | 'acknowledged' | 'refused' | 'unknown';
  /** The last answer's body: the receipt once acknowledged. */
  answer: Readonly<Record<string, unknown>>;
  status: number;
}

export interface LoadOptions {
  readonly writes: number;
  /** Begins its idempotency keys; `load` by default. */
  readonly name?: string;
  /** URL of the collection, or several of different gateways: callers take turns. */
  readonly urls: readonly string[];
  /** Requests under way at once; 160 by default. */
  readonly callers?: number;
  /** Taken in turn; all three by default. */
  readonly tiers?: readonly Tier[];
  /** What is stored beside `n`. */
  readonly more?: (n: number) => object;
}

const TIERS = ['strong', 'eventual', 'balanced'] as const;
const PADDING = 'x'.repeat(120);

/**
 * Callers who insert documents numbered by `n`, every other one under an idempotency key, and keep
 * what they were answered. A write is sent again only where that is safe: after an answer that says
 * nothing was written, after a refused connection, or under its idempotency key.
 */
export class Load implements Disposable {
  readonly writes: readonly LoadWrite[];
  readonly #options: LoadOptions;
  readonly #caller = new HttpCaller();
  inFlight = 0;
  acknowledged = 0;
  /** Sendings without an answer. */
  unanswered = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.writes = Array.from({ length: options.writes }, (_, n) => plan(n, options));
  }

  /** Sends every open write once; true when none is open any more. */
  async sendOpen(): Promise<boolean> {
    const open = this.writes.filter(({ state }) => state === 'open').values();
    const { callers = 160, urls } = this.#options;
    const call = async (url: string): Promise<void> => {
      // All callers draw from one iterator, so each write is sent by one of them.
      for (const write of open) await this.#send(write, url);
    };
    const calls = Array.from({ length: callers }, (_, i) => call(urls[i % urls.length] ?? ''));
    await Promise.all(calls);
    return this.writes.every(({ state }) => state !== 'open');
  }

  /** Sends what is open until nothing is. */
  async settle(): Promise<void> {
    const what = 'every write of the load has its final answer';
    await waitFor(() => this.sendOpen(), { what, deadlineMs: 45_000 });
  }

  /** Resolves in the middle of it: so many acknowledged, and at least 100 under way. */
  async isUnderWay(acknowledged: number): Promise<void> {
    const what = `${acknowledged} writes acknowledged and 100 in flight`;
    const isSo = (): boolean => this.acknowledged >= acknowledged && this.inFlight >= 100;
    await waitFor(isSo, { what, deadlineMs: 30_000 });
  }

  [Symbol.dispose](): void {
    this.#caller[Symbol.dispose]();
  }

  async #send(write: LoadWrite, url: string): Promise<void> {
    const { document, tier, idempotencyKey } = write;
    this.inFlight += 1;
    const exchange = await this.#caller.insert(url, document, { tier, idempotencyKey });
    this.inFlight -= 1;
    write.state = stateAfter(exchange, idempotencyKey !== undefined);
    if (exchange === 'no-answer') this.unanswered += 1;
    if (write.state === 'acknowledged') this.acknowledged += 1;
    if (typeof exchange === 'string') return;
    write.status = exchange.status;
    write.answer = exchange.body;
  }
}

function plan(n: number, { name = 'load', tiers = TIERS, more }: LoadOptions): LoadWrite {
  const isKeyed = Math.floor(n / tiers.length) % 2 === 0;
  return {
    n,
    tier: tiers[n % tiers.length] ?? 'strong',
    idempotencyKey: isKeyed ? `${name}-${n}` : undefined,
    document: { n, ...more?.(n), padding: PADDING },
    state: 'open',
    answer: {},
    status: 0,
  };
}

function stateAfter(exchange: Exchange, isKeyed: boolean): LoadWrite['state'] {
  if (exchange === 'not-sent') return 'open';
  const untold = isKeyed ? 'open' : 'unknown';
  if (exchange === 'no-answer') return untold;
  const { status, body } = exchange;
  if (status === 201 || status === 202) return 'acknowledged';
  if (status === 429 || status === 503) return 'open';
  if (status >= 500) return untold;
  return body['code'] === 'idempotency-key-running' ? 'open' : 'refused';
}
