import { BSON, type Document } from 'bson';
import type { Write } from '../../gather/write-port.ts';
import { mergePipeline } from './merge-pipeline.ts';

/** One entry of `updates` in an update command. */
export interface ChangeStatement {
  /** `_id` alone: a condition is asked for beside it, see `conditionOf`. */
  readonly q: Document;
  /** The replacement, an update pipeline (merge patch) or update operators. */
  readonly u: Document | Document[];
  readonly upsert: boolean;
  readonly multi: false;
}

/** Keeps every type apart, so that what is sent is what was encoded. */
const exactly = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

/** The update statement of a replace or patch. */
export function changeStatement(write: Pick<Write, 'op' | 'document' | 'upsert'>): ChangeStatement {
  const { _id, ...parts } = BSON.deserialize(write.document, exactly);
  const q = { _id: _id as unknown };
  const rest = { upsert: write.upsert, multi: false } as const;
  if (write.op === 'replace') return { q, u: { _id: _id as unknown, ...parts }, ...rest };
  const { merge, update } = parts as { merge?: Document; update?: Document };
  return { q, u: merge === undefined ? (update ?? {}) : mergePipeline(merge), ...rest };
}

/** The condition of a patch or delete, as a match beside its `_id`; undefined without one. */
export function conditionOf(document: Uint8Array): Document | undefined {
  return (BSON.deserialize(document, exactly) as { if?: Document }).if;
}
