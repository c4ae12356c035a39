import type { Document } from 'mongodb';
import { conditionOf } from '../encode/bson-port.ts';
import type { ChangeResult, Write } from '../gather/write-port.ts';
import { ledgerRow } from '../record/ledger-row-port.ts';
import type { Fate } from '../record/recorded-outcome-port.ts';
import type { WriteError } from './command-port.ts';
import { deleteStatement, idForFilterOf, updateStatement } from './statement-bytes.ts';
import type {
  OpenTransaction,
  TransactionCommands,
  TransactionReply,
} from './transaction-commands.ts';

const none: ReadonlySet<Write> = new Set();

/** What was done of a transaction, before its commit. */
export type WorkDone =
  | { readonly kind: 'ready'; readonly fates: ReadonlyMap<Write, Fate> }
  /** The server has refused this write, and with it the transaction. */
  | { readonly kind: 'refused'; readonly write: Write; readonly error: WriteError }
  /** Somebody has recorded one of the write ids. */
  | { readonly kind: 'recorded' }
  /** The totals of an update fit no answer: to be undone, and done with the find first. */
  | { readonly kind: 'unclear' };

export interface Work {
  readonly commands: TransactionCommands;
  readonly open: OpenTransaction;
  readonly writes: readonly Write[];
  /** Not the first try: the ledger is asked within, so that a refusal is told by what it is. */
  readonly again: boolean;
  readonly atEpochMs: number;
  /** Asks who exists before anything is sent, even where the totals would tell. */
  readonly findsFirst: boolean;
}

/**
 * Does the work of a transaction up to its commit (protocol C4 b to d): who exists and fulfils its
 * condition, one command a kind, the ledger rows with the results.
 *
 * Without a condition or a delete the find comes after the update, and only where its total says
 * that a document was missing: an update makes and removes no document but the upserts its reply
 * lists, and the transaction goes on seeing what it saw. What is deleted can't be asked for any
 * more, and a condition must be looked at before it is patched away: with these the find comes first.
 * @throws what the server and the network throw
 */
export async function doWork(work: Work): Promise<WorkDone> {
  const { commands, open, writes, again } = work;
  const ledgered = writes.filter((write) => write.ledgered);
  if (again && ledgered.length > 0) {
    const writeIds = ledgered.map(({ writeId }) => writeId);
    if (await commands.seesRecorded(open, writeIds)) return { kind: 'recorded' };
  }
  const conditions = conditionsOf(writes);
  const findsFirst =
    work.findsFirst || conditions.size > 0 || writes.some(({ op }) => op === 'delete');
  const fates = findsFirst ? await refusedBeforehand(work, conditions) : new Map<Write, Fate>();
  const todo = writes.filter((write) => !fates.has(write));
  const parts: Part[] = [
    { of: todo.filter(({ op }) => op === 'insert'), as: documentOf, by: 'insert' },
    { of: todo.filter(isUpdate), as: (write) => updateStatement(write), by: 'update' },
    {
      of: todo.filter(({ op }) => op === 'delete'),
      as: (write) => deleteStatement(write),
      by: 'delete',
    },
  ];
  for (const part of parts) {
    if (part.of.length === 0) continue;
    const ended = await carryOut({ ...work, findsFirst }, part, fates);
    if (ended !== undefined) return ended;
  }
  if (ledgered.length === 0) return { kind: 'ready', fates };
  const reply = await commands.record(
    open,
    ledgered.map((write) => rowOf(work, fates, write)),
  );
  // Whatever is wrong with a row other than being there already is no fault of the write's.
  return reply.writeErrors.length > 0 ? { kind: 'recorded' } : { kind: 'ready', fates };
}

/** The writes of one kind, what each sends, and the command. */
interface Part {
  readonly of: readonly Write[];
  readonly as: (write: Write) => Uint8Array;
  readonly by: 'insert' | 'update' | 'delete';
}

async function carryOut(
  work: Work,
  { of, as, by }: Part,
  fates: Map<Write, Fate>,
): Promise<WorkDone | undefined> {
  const { commands, open, findsFirst } = work;
  const reply = await commands[by](open, of.map(as));
  const [error] = reply.writeErrors;
  const refused = error && of[error.index];
  if (error !== undefined && refused !== undefined) {
    return { kind: 'refused', write: refused, error };
  }
  const asks = by === 'update' && !findsFirst && reply.n !== of.length;
  const absent = asks ? await absentOf(work, of, reply.n) : none;
  if (absent === undefined) return { kind: 'unclear' };
  const count = of.length - absent.size;
  of.forEach((write, index) => {
    fates.set(
      write,
      absent.has(write)
        ? { state: 'rejected', code: 'document-absent' }
        : { state: 'done', result: resultOf(by, reply, { index, count }) },
    );
  });
  return undefined;
}

/**
 * Whose document an update command did not find.
 * @param n the command's total: matched and upserted
 * @returns undefined where that total is not what the documents there make
 */
async function absentOf(
  { commands, open }: Work,
  updates: readonly Write[],
  n: number,
): Promise<ReadonlySet<Write> | undefined> {
  const asked = updates.filter(({ upsert }) => !upsert);
  const there = await commands.findIds(open, {
    _id: { $in: asked.map(({ id }) => idForFilterOf(id)) },
  });
  const absent = new Set(asked.filter(({ canonicalId }) => !there.has(canonicalId)));
  return updates.length - absent.size === n ? absent : undefined;
}

/** Totals tell for each write only where all fared alike. */
function resultOf(
  by: Part['by'],
  { modified, upserted }: TransactionReply,
  { index, count }: { readonly index: number; readonly count: number },
): ChangeResult | undefined {
  if (by === 'insert') return undefined;
  if (by === 'delete') return { matched: 1, modified: 1, upserted: false };
  if (upserted.has(index)) return { matched: 0, modified: 0, upserted: true };
  const matched = count - upserted.size;
  const each = modified === 0 ? 0 : modified === matched ? 1 : undefined;
  return { matched: 1, modified: each, upserted: false };
}

function conditionsOf(writes: readonly Write[]): ReadonlyMap<Write, Document> {
  const conditions = new Map<Write, Document>();
  for (const write of writes) {
    const condition = mayHaveCondition(write) ? conditionOf(write.document) : undefined;
    if (condition !== undefined) conditions.set(write, condition);
  }
  return conditions;
}

/** Decides 404 and 412 by what the transaction sees. */
async function refusedBeforehand(
  { commands, open, writes }: Work,
  conditions: ReadonlyMap<Write, Document>,
): Promise<Map<Write, Fate>> {
  const fates = new Map<Write, Fate>();
  const asked = writes.filter(
    (write) => write.op !== 'insert' && (!write.upsert || conditions.has(write)),
  );
  if (asked.length === 0) return fates;
  const ids = asked.map(({ id }) => idForFilterOf(id));
  const there = await commands.findIds(open, { _id: { $in: ids } });
  const conditional = [...conditions].filter(([write]) => there.has(write.canonicalId));
  const fulfilled =
    conditional.length === 0
      ? there
      : await commands.findIds(open, {
          $or: conditional.map(([{ id }, condition]) => ({
            $and: [{ _id: idForFilterOf(id) }, condition],
          })),
        });
  for (const write of asked) {
    const exists = there.has(write.canonicalId);
    if (!exists && !write.upsert) fates.set(write, { state: 'rejected', code: 'document-absent' });
    else if (exists && conditions.has(write) && !fulfilled.has(write.canonicalId)) {
      fates.set(write, { state: 'rejected', code: 'condition-failed' });
    }
  }
  return fates;
}

function mayHaveCondition({ op }: Write): boolean {
  return op === 'patch' || op === 'delete';
}

function isUpdate({ op }: Write): boolean {
  return op === 'patch' || op === 'replace';
}

function documentOf({ document }: Write): Uint8Array {
  return document;
}

function rowOf({ atEpochMs }: Work, fates: ReadonlyMap<Write, Fate>, write: Write): Uint8Array {
  // Every write of the work has its fate by now.
  const fate = fates.get(write) ?? { state: 'done', result: undefined };
  return ledgerRow(write, fate, atEpochMs);
}
