import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { cdnowErrors } from '../cdnow-errors.ts';
import { exchange, type Answer, type GatewayEnd, type Outgoing } from '../exchange.ts';
import { LifeCycleTally, type LifeCycleReport } from './life-cycle-tally.ts';
import { LIFE_CYCLE_COLLECTIONS, statusesOf, type Operation } from './operation.ts';
import type { PlannedLife } from './plan-life-cycle.ts';

export interface DriveOptions {
  /** Where the gateway listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly database: string;
  readonly lives: readonly PlannedLife[];
  /** Lives under way at once; 64 by default. */
  readonly callers?: number;
  readonly signal: AbortSignal;
  /** Called with the number of operations settled so far. */
  readonly onProgress: (settled: number) => void;
}

const GIVE_UP_AFTER_MS = 120_000;
const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2_000;
/** So often an operation is sent once more after its answer, as a caller does who has lost it. */
const SENT_TWICE_EVERY = 10;

/**
 * Sends the lives of all orders, each order's requests one after the other. An answer other than
 * the model's ends the run.
 * @throws HeadraceError `write-refused`, `answer-unreadable`, `replay-gave-up`
 */
export async function driveLifeCycle(options: DriveOptions): Promise<LifeCycleReport> {
  const { callers = 64, lives, onProgress } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, options.signal]);
  const end: GatewayEnd = { url: new URL(options.url), agent, signal };
  const tally = new LifeCycleTally();
  const waiting = lives.values();
  const call = async (): Promise<void> => {
    // All callers draw from one iterator, so each order is one caller's.
    for (const { operations } of waiting) {
      for (const operation of operations) {
        await deliver({ end, operation, tally, database: options.database });
        onProgress(tally.settled);
      }
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

interface Delivery {
  readonly end: GatewayEnd;
  readonly operation: Operation;
  readonly tally: LifeCycleTally;
  readonly database: string;
}

async function deliver(delivery: Delivery): Promise<void> {
  const { operation, tally } = delivery;
  await settle(delivery, false);
  tally.settled += 1;
  if (tally.settled % SENT_TWICE_EVERY !== 0) return;
  const again = await settle(delivery, true);
  if (again.headers['idempotency-replayed'] !== 'true') throw unexpected(operation, again);
  tally.replayed += 1;
}

/** Sends an operation until an answer settles it, always under the same idempotency key. */
async function settle(
  { end, operation, tally, database }: Delivery,
  isRepeat: boolean,
): Promise<Answer> {
  const request = requestOf(operation, database);
  const giveUpAtMs = performance.now() + GIVE_UP_AFTER_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    const answer = await sendOnce(end, request, tally);
    if (!(answer instanceof Error)) {
      if (!isRepeat) tally.countAnswer(operation.lane, answer.status);
      if (statusesOf(operation).includes(answer.status)) return answer;
      if (!mayGoAgain(answer)) throw unexpected(operation, answer);
    }
    if (performance.now() > giveUpAtMs) {
      const last = answer instanceof Error ? answer.message : `${answer.status} ${answer.text}`;
      const seconds = GIVE_UP_AFTER_MS / 1_000;
      throw cdnowErrors.create('replay-gave-up', { what: operation.what, seconds, last });
    }
    tally.sentAgain += 1;
    await sleep(waitMs, undefined, { signal: end.signal });
  }
}

async function sendOnce(
  end: GatewayEnd,
  request: Outgoing,
  tally: LifeCycleTally,
): Promise<Answer | Error> {
  try {
    return await exchange(end, request);
  } catch (error) {
    end.signal.throwIfAborted();
    tally.lostConnections += 1;
    return error instanceof Error ? error : cdnowErrors.create('no-answer', { seconds: 0 }, error);
  }
}

/** 429, 503: certainly not written. 409, 504: the same idempotency key will tell. */
function mayGoAgain({ status, text }: Answer): boolean {
  if (status === 504) return true;
  if (status !== 409 && status !== 429 && status !== 503) return false;
  return text.includes('"retryable":true');
}

function requestOf(operation: Operation, database: string): Outgoing {
  const { lane, method, path, contentType, idempotencyKey, tier, body } = operation;
  return {
    method,
    path: `/v1/db/${database}/${LIFE_CYCLE_COLLECTIONS[lane]}${path}`,
    headers: {
      ...(contentType && { 'content-type': contentType }),
      'idempotency-key': idempotencyKey,
      'x-consistency': tier,
    },
    body,
  };
}

function unexpected(operation: Operation, { status, text }: Answer): Error {
  const wanted = statusesOf(operation).join(' or ');
  return cdnowErrors.create('write-refused', {
    what: `${operation.what} (the model says ${wanted})`,
    status,
    answer: text,
  });
}
