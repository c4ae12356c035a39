import { UUID, type Db, type Filter } from 'mongodb';
import { gatewayErrors } from '../errors.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Which dead letters are wanted. */
export interface DeadLetterChoice {
  /** `default` unless told. */
  readonly tenant?: string;
  /** 100 unless told. */
  readonly limit?: number;
  /** Id of the last row of the page before. */
  readonly after?: string;
}

/** A dead letter as a person reads it. */
export interface DeadLetterRow {
  readonly id: string;
  readonly tenant: string;
  readonly namespace: string;
  /** Code and text. */
  readonly reason: string;
  readonly attempts: number;
  readonly at: Date;
}

/** Reads the dead letters of a tenant, newest first. */
export async function* deadLetterRows(
  database: Db,
  { tenant = 'default', limit = 100, after }: DeadLetterChoice,
): AsyncGenerator<DeadLetterRow> {
  const letters = database.collection<DeadLetter>('deadLetters');
  let older: Filter<DeadLetter> = {};
  if (after !== undefined) {
    const last = UUID.isValid(after) ? await letters.findOne({ '_id.w': new UUID(after) }) : null;
    if (last === null) throw gatewayErrors.create('dead-letter-unknown', { id: after });
    older = { $or: [{ at: { $lt: last.at } }, { at: last.at, _id: { $lt: last._id } }] };
  }
  const sort = { at: -1, _id: -1 } as const;
  for await (const letter of letters.find({ tenant, ...older }, { sort, limit })) {
    yield {
      id: letter._id.w.toString(),
      tenant: letter.tenant,
      namespace: letter.ns,
      reason: `${letter.reason.code}: ${letter.reason.text}`,
      attempts: letter.attempts,
      at: letter.at,
    };
  }
}
