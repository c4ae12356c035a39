import type { HeadraceError } from '@headrace/base';
import { idForFilter } from './encode/bson-port.ts';
import type { Guarantee, Tier, Verdict, Write } from './gather/write-port.ts';

type Applied = Extract<Verdict, { state: 'applied' }>;
type Refused = Exclude<Verdict, { state: 'applied' }>;

/** What is known of a write that the database has applied. */
export interface AppliedReceipt {
  readonly writeId: string;
  readonly lane: 'direct';
  readonly tier: Tier;
  readonly state: 'applied';
  readonly replayed: boolean;
  readonly guaranteed: Guarantee;
}

/** What is known of a change that found nothing to change: no document, or not in that condition. */
export interface RejectedReceipt {
  readonly writeId: string;
  readonly lane: 'direct';
  readonly tier: Tier;
  readonly state: 'rejected';
  readonly replayed: boolean;
  readonly code: 'document-absent' | 'condition-failed';
}

export type ChangeReceipt = AppliedReceipt | RejectedReceipt;

/** The driver's answer to an insert, and the receipt. */
export interface InsertReceipt {
  readonly acknowledged: true;
  readonly insertedId: unknown;
  readonly receipt: AppliedReceipt;
}

/** The driver's answer to a replace or update, and the receipt. */
export interface UpdateAnswer {
  readonly acknowledged: true;
  readonly matchedCount: number;
  /** Undefined where the server does not tell it for this write. */
  readonly modifiedCount: number | undefined;
  readonly upsertedCount: number;
  readonly upsertedId: unknown;
  readonly receipt: ChangeReceipt;
}

/** The driver's answer to a delete, and the receipt. */
export interface DeleteAnswer {
  readonly acknowledged: true;
  readonly deletedCount: number;
  readonly receipt: ChangeReceipt;
}

/** @param namedId the caller's own `_id`, handed back as the driver does */
export function insertAnswer(write: Write, namedId: unknown, verdict: Applied): InsertReceipt {
  return {
    acknowledged: true,
    insertedId: namedId ?? idForFilter(write.document),
    receipt: appliedReceipt(write, verdict),
  };
}

/**
 * As the driver, a change that found nothing answers with counts of 0.
 * @throws HeadraceError every other refusal, and outcomes that are not certain
 */
export function updateAnswer(write: Write, namedId: unknown, verdict: Verdict): UpdateAnswer {
  if (verdict.state !== 'applied') {
    const receipt = rejectedReceipt(write, verdict);
    const counts = { matchedCount: 0, modifiedCount: 0, upsertedCount: 0, upsertedId: null };
    return { acknowledged: true, ...counts, receipt };
  }
  const { matched = 1, modified, upserted = false } = verdict.result ?? {};
  return {
    acknowledged: true,
    matchedCount: upserted ? 0 : matched,
    modifiedCount: upserted ? 0 : modified,
    upsertedCount: upserted ? 1 : 0,
    upsertedId: upserted ? namedId : null,
    receipt: appliedReceipt(write, verdict),
  };
}

/** @throws HeadraceError as `updateAnswer` */
export function deleteAnswer(write: Write, verdict: Verdict): DeleteAnswer {
  if (verdict.state !== 'applied') {
    return { acknowledged: true, deletedCount: 0, receipt: rejectedReceipt(write, verdict) };
  }
  const { matched = 1 } = verdict.result ?? {};
  return {
    acknowledged: true,
    deletedCount: matched,
    receipt: appliedReceipt(write, verdict),
  };
}

function appliedReceipt(write: Write, { replayed, guarantee }: Applied): AppliedReceipt {
  const { writeId, tier } = write;
  return { writeId, lane: 'direct', tier, state: 'applied', replayed, guaranteed: guarantee };
}

function rejectedReceipt(write: Write, { error, replayed = false }: Refused): RejectedReceipt {
  const code = codeOfNothingFound(error);
  const { writeId, tier } = write;
  return { writeId, lane: 'direct', tier, state: 'rejected', replayed, code };
}

function codeOfNothingFound(error: HeadraceError): RejectedReceipt['code'] {
  const { code } = error;
  if (code === 'document-absent' || code === 'condition-failed') return code;
  throw error;
}
