import type { Caller } from './call/caller.ts';
import { HeadraceClientError, ownError } from './errors.ts';
import type { ChangeReceipt } from './receipt.ts';

const TIMEOUT_MS = 30_000;
/** Longest a single request waits: below what proxies cut off, and what the gateway allows. */
const LONGEST_WAIT_MS = 20_000;

/** A write that is in MongoDB. */
export interface SettledState {
  readonly writeId: string;
  readonly state: 'applied';
}

interface Status {
  readonly writeId: string;
  readonly state: 'queued' | 'applied' | 'rejected';
  readonly deadLetter?: boolean;
  readonly reason?: { readonly code: string; readonly detail: string };
}

/** Asks for the state of a write until it is final; `HeadraceClient.settled` says the rest. */
export async function settled(
  receipt: ChangeReceipt,
  options: {
    readonly caller: Caller;
    readonly timeoutMs?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<SettledState> {
  if (receipt.state === 'rejected') throw refusal(receipt.code, { writeId: receipt.writeId });
  const { writeId, state, location } = receipt;
  if (state === 'applied') return { writeId, state };
  const { caller, signal, timeoutMs = TIMEOUT_MS } = options;
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const leftMs = Math.ceil(untilMs - performance.now());
    if (leftMs <= 0) throw ownError('still-queued', '', { writeId });
    const waitMs = Math.min(leftMs, LONGEST_WAIT_MS);
    const call = { method: 'GET', path: `${location}${joint(location)}wait=${waitMs}ms` } as const;
    const { text } = await caller.call(call, { signal, deadlineMs: leftMs });
    const status = JSON.parse(text) as Status;
    if (status.state === 'applied') return { writeId, state: status.state };
    if (status.state === 'rejected') throw refusal(status.reason?.code ?? 'unknown', status);
  }
}

function joint(location: string): string {
  if (!location.startsWith('/v1/writes/')) {
    throw ownError('bad-argument', 'the location of the receipt is not one of a gateway');
  }
  return location.includes('?') ? '&' : '?';
}

function refusal(
  code: string,
  known: Partial<Pick<Status, 'deadLetter' | 'reason'>> & { readonly writeId: string | undefined },
): HeadraceClientError {
  const { writeId, deadLetter, reason } = known;
  const detail = reason?.detail ?? `The write was refused: ${code}.`;
  return new HeadraceClientError(code, detail, { writeId, deadLetter });
}
