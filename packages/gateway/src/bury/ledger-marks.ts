import type { LedgerRow } from '@headrace/writer';
import type { ClientSession, Collection, Db } from 'mongodb';
import type { DeadLetterHead } from './dead-letter.ts';
import { writeConcern } from './record-write-concern.ts';

/** What dead letters write into the ledger, and ask of it. */
export class LedgerMarks {
  readonly #rows: Collection<LedgerRow>;

  /** @param database `mongodb.database` */
  constructor(database: Db) {
    this.#rows = database.collection<LedgerRow>('ledger', { writeConcern });
  }

  /** For `isSuperseded`: deletes alone leave no document behind that would tell. */
  async createIndexes(): Promise<void> {
    await this.#rows.createIndexes([
      { key: { ns: 1, doc: 1, at: -1 }, partialFilterExpression: { op: 'delete' } },
    ]);
  }

  /**
   * Adds rows. One that is there already stays as it is, but for the refusal of the same write: a
   * refusal nobody was told of is a dead letter.
   */
  async add(rows: readonly LedgerRow[], session: ClientSession): Promise<void> {
    const operations = rows.flatMap((row) => {
      const { _id, ...rest } = row;
      const { fp, st, r, at } = row;
      return [
        { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } },
        ...(st === 'dead'
          ? [
              {
                updateOne: {
                  filter: { _id, fp, st: 'rejected' as const },
                  update: { $set: { st, r, at } },
                },
              },
            ]
          : []),
      ];
    });
    await this.#rows.bulkWrite(operations, { session });
  }

  /** Takes the word back that a write is dead; a row that says something else stays. */
  async reopen({ _id }: DeadLetterHead, session: ClientSession): Promise<void> {
    await this.#rows.deleteOne({ _id: _id.w, fp: _id.f, st: 'dead' }, { session });
  }

  /** Whether the very write of the letter was applied. */
  async isDone({ _id }: DeadLetterHead): Promise<boolean> {
    const filter = { _id: _id.w, fp: _id.f, st: 'done' as const };
    return (await this.#rows.findOne(filter, { readConcern: 'majority' })) !== null;
  }

  /**
   * Whether a later write to the document of the letter was applied: one that came behind it in its
   * stream, or a recorded delete of the direct lane, which leaves nothing that would refuse an insert.
   */
  async isSuperseded(letter: DeadLetterHead, acceptedAtEpochMs: number): Promise<boolean> {
    const { ns, doc, sid } = letter;
    const options = { readConcern: 'majority' } as const;
    const [ms = ''] = sid.split('-');
    const behind = this.#rows.find(
      { ns, doc, st: 'done', sid: { $gt: ms } },
      { projection: { sid: 1 }, sort: { sid: -1 }, ...options },
    );
    for await (const row of behind) if (isBehind(row.sid ?? '', sid)) return true;
    const after = { $gt: new Date(acceptedAtEpochMs) };
    const deleted = { ns, doc, op: 'delete' as const, st: 'done' as const, at: after };
    return (await this.#rows.findOne({ ...deleted, sid: { $exists: false } }, options)) !== null;
  }
}

/** Stream ids are two numbers; as texts 10 would come before 9. */
function isBehind(sid: string, than: string): boolean {
  const [ms = 0, count = 0] = sid.split('-').map(Number);
  const [thanMs = 0, thanCount = 0] = than.split('-').map(Number);
  return ms > thanMs || (ms === thanMs && count > thanCount);
}
