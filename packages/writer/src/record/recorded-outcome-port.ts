import { writerErrors } from '../errors.ts';
import type { ChangeResult, Guarantee, Verdict, Write } from '../gather/write-port.ts';
import type { LedgerEntry, LedgerResult } from './ledger-port.ts';

/** How a write ends in its transaction, should that be committed. */
export type Fate =
  | { readonly state: 'done'; readonly result: ChangeResult | undefined }
  | { readonly state: 'rejected'; readonly code: 'document-absent' | 'condition-failed' };

/** What a write that ended so is answered for the first time. */
export function verdictOfFate(fate: Fate, guarantee: Guarantee): Verdict {
  if (fate.state === 'rejected')
    return { state: 'rejected', error: writerErrors.create(fate.code) };
  const { result } = fate;
  return { state: 'applied', replayed: false, guarantee, ...(result && { result }) };
}

/** What a write is answered whose write id is in the ledger. */
export function verdictOfEntry(write: Write, entry: LedgerEntry, guarantee: Guarantee): Verdict {
  const { writeId, op } = write;
  if (!write.fingerprint.equals(entry.fp.buffer)) {
    return { state: 'rejected', error: writerErrors.create('key-reused', { writeId }) };
  }
  const { code } = entry.r;
  switch (entry.st) {
    case 'done': {
      const result = op === 'insert' ? undefined : changeResultOf(entry.r);
      return { state: 'applied', replayed: true, guarantee, ...(result && { result }) };
    }
    case 'rejected': {
      const known = code === 'condition-failed' ? code : 'document-absent';
      return { state: 'rejected', replayed: true, error: writerErrors.create(known) };
    }
    case 'dead': {
      const error = writerErrors.create('given-up-before', { reason: code, writeId });
      return { state: 'rejected', replayed: true, error };
    }
  }
}

function changeResultOf({ code, n, m }: LedgerResult): ChangeResult {
  if (code === 'upserted') return { matched: 0, modified: 0, upserted: true };
  return { matched: n > 0 ? 1 : 0, modified: m === undefined ? m : bit(m), upserted: false };
}

function bit(count: number): 0 | 1 {
  return count > 0 ? 1 : 0;
}
