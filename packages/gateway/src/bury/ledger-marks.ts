import { boundedCall, type LedgerRow } from '@headrace/writer';
import type { ClientSession, Collection, Db, Filter, MongoClient } from 'mongodb';
import type { DeadLetterHead } from './dead-letter.ts';
import { writeConcern } from './record-write-concern.ts';

const majority = { readConcern: 'majority' } as const;

/** What dead letters write into the ledger, and ask of it. */
export class LedgerMarks {
  readonly #client: MongoClient;
  readonly #rows: Collection<LedgerRow>;

  /** @param database `mongodb.database` */
  constructor(client: MongoClient, database: Db) {
    this.#client = client;
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
    await boundedCall(this.#client, () => this.#rows.bulkWrite(operations, { session }));
  }

  /** Takes the word back that a write is dead; a row that says something else stays. */
  async reopen({ _id }: DeadLetterHead, session: ClientSession): Promise<void> {
    const dead = { _id: _id.w, fp: _id.f, st: 'dead' as const };
    await boundedCall(this.#client, () => this.#rows.deleteOne(dead, { session }));
  }

  /** Whether the very write of the letter was applied. */
  async isDone({ _id }: DeadLetterHead): Promise<boolean> {
    const filter = { _id: _id.w, fp: _id.f, st: 'done' as const };
    return await this.#has(filter);
  }

  /**
   * Whether a later write to the document of the letter was applied: one that came behind it in its
   * stream, or a recorded delete of the direct lane, which leaves nothing that would refuse an insert.
   */
  async isSuperseded(letter: DeadLetterHead, acceptedAtEpochMs: number): Promise<boolean> {
    const { ns, doc, sid } = letter;
    const [ms = ''] = sid.split('-');
    const isOvertaken = await boundedCall(this.#client, async (signal) => {
      const behind = this.#rows.find(
        { ns, doc, st: 'done', sid: { $gt: ms } },
        { projection: { sid: 1 }, sort: { sid: -1 }, ...majority, signal },
      );
      for await (const row of behind) if (isBehind(row.sid ?? '', sid)) return true;
      return false;
    });
    if (isOvertaken) return true;
    const after = { $gt: new Date(acceptedAtEpochMs) };
    const deleted = { ns, doc, op: 'delete' as const, st: 'done' as const, at: after };
    return await this.#has({ ...deleted, sid: { $exists: false } });
  }

  async #has(filter: Filter<LedgerRow>): Promise<boolean> {
    const found = await boundedCall(this.#client, (signal) =>
      this.#rows.findOne(filter, { projection: { _id: 1 }, ...majority, signal }),
    );
    return found !== null;
  }
}

/** Stream ids are two numbers; as texts 10 would come before 9. */
function isBehind(sid: string, than: string): boolean {
  const [ms = 0, count = 0] = sid.split('-').map(Number);
  const [thanMs = 0, thanCount = 0] = than.split('-').map(Number);
  return ms > thanMs || (ms === thanMs && count > thanCount);
}
