import type { Operation } from '@headrace/writer';

/** Which dead letters are meant; all of the tenant's unless told. */
export interface DeadLetterChoice {
  readonly tenant: string;
  /** `database.collection` */
  readonly namespace?: string | undefined;
  /** Of the reason. */
  readonly code?: string | undefined;
}

/** A dead letter as it is listed. */
export interface DeadLetterRow {
  /** Its write id; behind an idempotency key with the beginning of the fingerprint. */
  readonly id: string;
  readonly writeId: string;
  readonly tenant: string;
  readonly namespace: string;
  readonly op: Operation;
  readonly reason: { readonly code: string; readonly detail: string };
  readonly attempts: number;
  /** When it was given up. */
  readonly at: Date;
}

/** A dead letter whole. */
export interface WholeDeadLetter extends DeadLetterRow {
  readonly upsert: boolean;
  /** Whether it has an idempotency key. */
  readonly keyed: boolean;
  readonly acceptedAt: Date;
  /** Insert and replace: the document. Else `_id`, what is done to it, and the condition. BSON. */
  readonly document: Uint8Array;
}

export interface ReplayChoice extends DeadLetterChoice {
  /** These alone, by id. */
  readonly ids?: readonly string[] | undefined;
  /** Tell what would happen, and change nothing. */
  readonly dryRun?: boolean | undefined;
  /** At most so many a second; 100 unless told. */
  readonly ratePerSecond?: number | undefined;
  /** Send what is superseded too. */
  readonly force?: boolean | undefined;
}

/**
 * What became of one dead letter:
 * - `replayed`: applied, and the letter is gone; `would-replay` in a dry run
 * - `already-applied`: the write had been applied, and the letter is gone
 * - `superseded`: a later write to its document was applied, so it was left
 * - `refused`: refused again, and kept with the new reason
 * - `not-settled`: the database could not say; kept, to be replayed again
 * - `being-replayed`: somebody else is at it
 * - `collection-not-listed`, `unreadable` (a newer format), `unknown-id`: left
 */
export type ReplayOutcome =
  | 'replayed'
  | 'would-replay'
  | 'already-applied'
  | 'superseded'
  | 'refused'
  | 'not-settled'
  | 'being-replayed'
  | 'collection-not-listed'
  | 'unreadable'
  | 'unknown-id';

export interface ReplayResult {
  readonly id: string;
  readonly outcome: ReplayOutcome;
  /** Why it was refused, or is not settled. */
  readonly reason?: { readonly code: string; readonly detail: string };
}

/** Writes that can not be applied, kept until somebody replays or discards them. */
export interface DeadLetterRecordsPort {
  /**
   * Newest first.
   * @throws HeadraceError `dead-letter-unknown` when `after` names none
   */
  list(
    choice: DeadLetterChoice,
    page: { readonly limit: number; readonly after?: string | undefined },
  ): Promise<readonly DeadLetterRow[]>;
  /** @throws HeadraceError `dead-letter-unknown`, `frame-unreadable` */
  show(tenant: string, id: string): Promise<WholeDeadLetter>;
  /**
   * Removes one for good; its write stays `rejected`.
   * @throws HeadraceError `dead-letter-unknown`
   */
  discard(tenant: string, id: string): Promise<void>;
}

/** Where dead letters are sent again. */
export interface ReplaysPort {
  /** Oldest first, one after the other: those of a document in their order. */
  replay(choice: ReplayChoice): AsyncIterable<ReplayResult>;
}

export type DeadLettersPort = DeadLetterRecordsPort & ReplaysPort;
