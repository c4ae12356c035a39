/** What only this side knows; every other code comes from the gateway. */
const OWN = {
  'bad-argument': { text: 'The call can not be sent: {reason}.', retryable: false },
  'no-answer': {
    text: 'No answer came: {reason}. Send it again only under the same idempotency key.',
    retryable: true,
  },
  'bad-answer': {
    text: 'Something other than a gateway answered, with status {status}. Check the URL and what stands in between.',
    retryable: false,
  },
  'still-queued': {
    text: 'The write was still queued when the time was over. It will be applied; ask again.',
    retryable: true,
  },
} as const;

/** What is known of a failure beside its code and text. */
export interface FailureFacts {
  /** HTTP status; 0 where no answer came. */
  readonly status?: number | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly writeId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly docs?: string | undefined;
  readonly deadLetter?: boolean | undefined;
  readonly replayed?: boolean | undefined;
  /** The key the call was sent under, its own where the caller gave none. */
  readonly idempotencyKey?: string | undefined;
  readonly cause?: unknown;
}

/** The one error of this package: what the gateway refused, or why it could not be asked. */
export class HeadraceClientError extends Error {
  override readonly name = 'HeadraceClientError';
  /** Stable; programs look at this. */
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** Whether the same call, under the same idempotency key, can still succeed. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly writeId: string | undefined;
  readonly requestId: string | undefined;
  /** What is wrong and what to do. */
  readonly detail: string;
  /** Where the code is explained. */
  readonly docs: string | undefined;
  /** A queued write that was refused for good and is kept as a dead letter. */
  readonly deadLetter: boolean;
  /** The ledger says that this write was refused before. */
  readonly replayed: boolean;
  /** Give it to the next call to repeat this one safely. */
  readonly idempotencyKey: string | undefined;

  constructor(code: string, detail: string, facts: FailureFacts = {}) {
    super(detail, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.code = code;
    this.detail = detail;
    this.status = facts.status ?? 0;
    this.retryable = facts.retryable ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.writeId = facts.writeId;
    this.requestId = facts.requestId;
    this.docs = facts.docs;
    this.deadLetter = facts.deadLetter ?? false;
    this.replayed = facts.replayed ?? false;
    this.idempotencyKey = facts.idempotencyKey;
  }
}

/** Makes (does not throw) an error of this side. `reason` completes the text. */
export function ownError(
  code: keyof typeof OWN,
  reason: string,
  facts: FailureFacts = {},
): HeadraceClientError {
  const { text, retryable } = OWN[code];
  const detail = text.replace('{reason}', reason).replace('{status}', String(facts.status ?? 0));
  return new HeadraceClientError(code, detail, { retryable, ...facts });
}

/** The same error, naming the idempotency key under which the caller may repeat the call. */
export function underKey(
  error: HeadraceClientError,
  idempotencyKey: string | undefined,
): HeadraceClientError {
  const { code, detail, status, retryable, retryAfterMs, writeId, requestId, docs } = error;
  const { deadLetter, replayed, cause } = error;
  const facts = { status, retryable, retryAfterMs, writeId, requestId, docs, deadLetter, replayed };
  return new HeadraceClientError(code, detail, { ...facts, cause, idempotencyKey });
}
