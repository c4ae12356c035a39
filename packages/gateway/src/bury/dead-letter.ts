import { Binary, UUID } from 'mongodb';
import type { LedgerRow, Operation, Write } from '@headrace/writer';
import type { Death } from '../apply/burials-port.ts';

/** Format of a stored dead letter. */
export const deadLetterVersion = 1;
/** A document of the largest size and its frame do not fit into a document: longer frames are cut. */
const maxEntryBytes = 4_194_304;

/** Write id and fingerprint: one write id may die with several contents. */
export interface DeadLetterId {
  readonly w: UUID;
  readonly f: Binary;
}

/** A write that can not be applied, whole, with the reason. */
export interface DeadLetter {
  readonly _id: DeadLetterId;
  readonly v: number;
  readonly tenant: string;
  readonly ns: string;
  /** Canonical `_id` of the document. */
  readonly doc: string;
  /** Insert unless told: the letters of the first version hold nothing else. */
  readonly op?: Operation;
  /** Stream id of its entry. */
  readonly sid: string;
  /** The frame as it lay in the stream, or the beginning of it. */
  readonly entry: Binary;
  /** In how many further parts the rest of the frame lies; none unless told. */
  readonly parts?: number;
  readonly reason: { readonly code: string; readonly text: string };
  readonly attempts: number;
  readonly at: Date;
  /** Somebody is sending it again. */
  readonly replaying?: { readonly by: UUID; readonly at: Date };
}

/** A letter without its frame, which may be large. */
export type DeadLetterHead = Omit<DeadLetter, 'entry'>;

/** A further part of a long frame, in `deadLetterParts`. */
export interface DeadLetterPart {
  readonly _id: DeadLetterId & { readonly n: number };
  readonly bytes: Binary;
  /** When somebody last meant to bury a letter with it, by the server's clock. */
  readonly at?: Date;
}

export function deadLetterOf({ entry, write, error, attempts, atEpochMs }: Death): DeadLetter {
  const { frame } = entry;
  const parts = Math.ceil(frame.length / maxEntryBytes) - 1;
  return {
    _id: deadLetterIdOf(write),
    v: deadLetterVersion,
    tenant: write.tenant,
    ns: write.namespace,
    doc: write.canonicalId,
    op: write.op,
    sid: entry.id.toString('latin1'),
    entry: new Binary(frame.subarray(0, maxEntryBytes)),
    ...(parts > 0 && { parts }),
    reason: { code: error.code, text: error.message },
    attempts,
    at: new Date(atEpochMs),
  };
}

/** What of the frame does not lie in the letter itself. */
export function partsOf({ entry: { frame }, write }: Death): DeadLetterPart[] {
  const parts: DeadLetterPart[] = [];
  for (let from = maxEntryBytes; from < frame.length; from += maxEntryBytes) {
    const bytes = new Binary(frame.subarray(from, from + maxEntryBytes));
    parts.push({ _id: { ...deadLetterIdOf(write), n: parts.length + 1 }, bytes });
  }
  return parts;
}

/** The ledger row of a letter's write: `dead`, or `done` once it was applied after all. */
export function ledgerRowOf(
  letter: DeadLetterHead,
  { st, code, atEpochMs }: { st: 'dead' | 'done'; code: string; atEpochMs: number },
): LedgerRow {
  const { _id, tenant, ns, doc, op = 'insert', sid } = letter;
  const at = new Date(atEpochMs);
  return { _id: _id.w, tenant, fp: _id.f, ns, doc, op, st, r: { code, n: 0 }, sid, at };
}

function deadLetterIdOf(write: Write): DeadLetterId {
  return { w: new UUID(write.writeId), f: new Binary(write.fingerprint) };
}
