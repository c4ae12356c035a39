import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { cdnowErrors } from './cdnow-errors.ts';
import { exchange, type Answer, type GatewayEnd } from './exchange.ts';
import { judgeAnswer, type AnswerVerdict } from './judge-answer.ts';
import { planReplay, requestOf, type Delivery } from './plan-replay.ts';
import type { Order } from './read-orders.ts';
import { ReplayTally, type ReplayReport } from './replay-tally.ts';

export interface ReplayOptions {
  /** Where the gateway listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly orders: readonly Order[];
  /** Requests under way at once; 64 by default. */
  readonly callers?: number;
  /** How long one delivery is sent again before the replay fails; 120,000 by default. */
  readonly giveUpAfterMs?: number;
  readonly signal?: AbortSignal;
  /** Called with the number of orders acknowledged so far. */
  readonly onProgress?: (acknowledged: number) => void;
}

/** Waits between sendings where the gateway named none: doubled from the first to the longest. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/**
 * Sends every order until it is acknowledged. After 429, 503 or 504 and after a lost connection
 * the same request goes again under the same idempotency key, so a gateway that is killed and
 * started again in between changes nothing about the result.
 * @throws HeadraceError `write-refused`, `answer-unreadable` or `replay-gave-up`; nothing is under
 * way any more when it does
 */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const { callers = 64, giveUpAfterMs = 120_000, onProgress } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const end: GatewayEnd = { url: new URL(options.url), agent, signal };
  const deliveries = planReplay(options.orders);
  const tally = new ReplayTally();
  const call = async (): Promise<void> => {
    // All callers draw from one generator, so each delivery is sent by exactly one of them; the
    // first failure closes it.
    for (const delivery of deliveries) {
      await deliver({ end, delivery, giveUpAfterMs, tally });
      onProgress?.(tally.acknowledged);
    }
  };
  const calls = Array.from({ length: callers }, () =>
    call().catch((error: unknown) => {
      failed.abort(error);
    }),
  );
  await Promise.all(calls);
  agent.destroy();
  signal.throwIfAborted();
  return tally.report();
}

interface Sending {
  readonly end: GatewayEnd;
  readonly delivery: Delivery;
  readonly giveUpAfterMs: number;
  readonly tally: ReplayTally;
}

async function deliver({ end, delivery, giveUpAfterMs, tally }: Sending): Promise<void> {
  const startedMs = performance.now();
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const verdict = await sendOnce(end, delivery, tally);
    if (verdict.settled) {
      tally.settle(delivery, verdict.replayed);
      return;
    }
    if (performance.now() - startedMs > giveUpAfterMs) {
      const seconds = Math.round(giveUpAfterMs / 1_000);
      throw cdnowErrors.create('replay-gave-up', {
        what: delivery.what,
        seconds,
        last: verdict.why,
      });
    }
    tally.sentAgain += 1;
    await sleep(verdict.waitMs ?? waitMs, undefined, { signal: end.signal });
  }
}

async function sendOnce(
  end: GatewayEnd,
  delivery: Delivery,
  tally: ReplayTally,
): Promise<AnswerVerdict> {
  let answer: Answer;
  try {
    answer = await exchange(end, requestOf(delivery));
  } catch (error) {
    end.signal.throwIfAborted();
    tally.lostConnections += 1;
    return { settled: false, why: String(error), waitMs: undefined };
  }
  tally.countAnswer(delivery.way, answer.status);
  return judgeAnswer(delivery, answer);
}
