import { Binary, UUID } from 'mongodb';
import type { HeadraceError } from '@headrace/base';
import type { LedgerRow, Write } from '@headrace/writer';
import type { TakenEntry } from '../take/entry-port.ts';

/** Format of a stored dead letter. */
export const deadLetterVersion = 1;

/** A write that can not be applied, whole, with the reason. */
export interface DeadLetter {
  /** Write id and fingerprint: one write id may die with several contents. */
  readonly _id: { readonly w: UUID; readonly f: Binary };
  readonly v: number;
  readonly tenant: string;
  readonly ns: string;
  /** Canonical `_id` of the document. */
  readonly doc: string;
  /** Stream id of its entry. */
  readonly sid: string;
  /** The frame as it lay in the stream. */
  readonly entry: Binary;
  readonly reason: { readonly code: string; readonly text: string };
  readonly attempts: number;
  readonly at: Date;
}

/** Everything there is to say about a write that dies. */
export interface Death {
  readonly entry: TakenEntry;
  readonly write: Write;
  readonly error: HeadraceError;
  readonly attempts: number;
  readonly atEpochMs: number;
}

export function deadLetterOf({ entry, write, error, attempts, atEpochMs }: Death): DeadLetter {
  return {
    _id: { w: new UUID(write.writeId), f: new Binary(write.fingerprint) },
    v: deadLetterVersion,
    tenant: write.tenant,
    ns: write.namespace,
    doc: write.canonicalId,
    sid: entry.id.toString('latin1'),
    entry: new Binary(entry.frame),
    reason: { code: error.code, text: error.message },
    attempts,
    at: new Date(atEpochMs),
  };
}

export function ledgerRowOf({ entry, write, error, atEpochMs }: Death): LedgerRow {
  return {
    _id: new UUID(write.writeId),
    tenant: write.tenant,
    fp: new Binary(write.fingerprint),
    ns: write.namespace,
    doc: write.canonicalId,
    op: write.op,
    st: 'dead',
    r: { code: error.code, n: 0 },
    sid: entry.id.toString('latin1'),
    at: new Date(atEpochMs),
  };
}
