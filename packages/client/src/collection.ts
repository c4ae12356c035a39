import { bulk, type BulkOptions, type BulkResult } from './bulk/bulk.ts';
import type { Caller, CallOptions } from './call/caller.ts';
import type {
  ConditionalFilter,
  IdFilter,
  IdOf,
  MergePatch,
  Replacement,
  Stored,
  Update,
} from './document-shape.ts';
import { idPath } from './encode/id-path.ts';
import { readStored } from './encode/read-stored.ts';
import { writeJson } from './encode/write-json.ts';
import { HeadraceClientError, ownError } from './errors.ts';
import {
  deleteAnswer,
  updateAnswer,
  type ChangeReceipt,
  type DeleteAnswer,
  type InsertAnswer,
  type InsertReceipt,
  type Tier,
  type UpdateAnswer,
} from './receipt.ts';

/** What may be said about one write. */
export interface WriteOptions extends CallOptions {
  /** The collection's own unless told. */
  readonly tier?: Tier | undefined;
  /** One is made for this call unless told; it stays the same over the call's own tries. */
  readonly idempotencyKey?: string | undefined;
}

/** What may be said about a replace or update. */
export interface UpsertOptions extends WriteOptions {
  /** Inserts the document if there is none. */
  readonly upsert?: boolean | undefined;
}

interface Change {
  readonly method: 'PUT' | 'PATCH' | 'DELETE';
  readonly type?: string;
  readonly body?: string;
}

const JSON_TYPE = 'application/json';
const MERGE_TYPE = 'application/merge-patch+json';
const UPDATE_TYPE = 'application/vnd.headrace.update+json';

/** One collection behind a gateway, in the shape of the driver's. */
export class ClientCollection<Shape extends object = Record<string, unknown>> {
  /** `database.collection` */
  readonly namespace: string;
  readonly #caller: Caller;
  readonly #path: string;

  /** @internal */
  constructor(caller: Caller, namespace: string) {
    const dot = namespace.indexOf('.');
    if (dot < 1 || dot === namespace.length - 1) {
      throw ownError('bad-argument', `${namespace} is no database.collection`);
    }
    const names = [namespace.slice(0, dot), namespace.slice(dot + 1)];
    this.namespace = namespace;
    this.#caller = caller;
    this.#path = `/v1/db/${names.map(encodeURIComponent).join('/')}`;
  }

  /**
   * Inserts one document.
   * @throws HeadraceClientError what the gateway refused; after `outcome-unknown`, `below-tier` and
   * `no-answer` only a repeat under the error's `idempotencyKey` is safe
   */
  async insertOne(document: Shape, options: WriteOptions = {}): Promise<InsertAnswer<IdOf<Shape>>> {
    const { text } = await this.#caller.call(
      {
        ...{ method: 'POST', path: this.#path, body: writeJson(document) },
        ...termsOf(options, JSON_TYPE),
      },
      options,
    );
    const receipt = JSON.parse(text) as InsertReceipt;
    const namedId = (document as { readonly _id?: unknown })._id;
    const insertedId = (namedId ?? receipt.id) as IdOf<Shape>;
    return { acknowledged: true, insertedId, receipt };
  }

  /**
   * Puts a document in place of the one with this `_id`.
   * @throws HeadraceClientError as `insertOne`; no document is an answer: `matchedCount` 0
   */
  async replaceOne(
    filter: IdFilter<Shape>,
    document: Replacement<Shape>,
    options: UpsertOptions = {},
  ): Promise<UpdateAnswer> {
    const { condition } = split(filter);
    if (condition !== undefined) throw ownError('bad-argument', 'a replace takes no condition');
    const change = { method: 'PUT', type: JSON_TYPE, body: writeJson(document) } as const;
    return updateAnswer(await this.#change(filter, change, options), filter._id);
  }

  /**
   * Updates one document with operators such as `$set`, if it fulfils what the filter says beside
   * its `_id`.
   * @throws HeadraceClientError as `insertOne`; no document, or not in that condition, is an answer:
   * `matchedCount` 0, and the receipt's `code` says which
   */
  async updateOne(
    filter: ConditionalFilter<Shape>,
    update: Update<Shape>,
    options: UpsertOptions = {},
  ): Promise<UpdateAnswer> {
    const change = { method: 'PATCH', type: UPDATE_TYPE, body: writeJson(update) } as const;
    return updateAnswer(await this.#change(filter, change, options), filter._id);
  }

  /**
   * The same with a merge patch (RFC 7396): null removes a field, undefined leaves it, arrays are
   * replaced.
   */
  async patchOne(
    filter: ConditionalFilter<Shape>,
    patch: MergePatch<Shape>,
    options: UpsertOptions = {},
  ): Promise<UpdateAnswer> {
    const body = writeJson(patch, { ignoreUndefined: true });
    const change = { method: 'PATCH', type: MERGE_TYPE, body } as const;
    return updateAnswer(await this.#change(filter, change, options), filter._id);
  }

  /** Deletes one document, if it fulfils what the filter says beside its `_id`. */
  async deleteOne(
    filter: ConditionalFilter<Shape>,
    options: WriteOptions = {},
  ): Promise<DeleteAnswer> {
    return deleteAnswer(await this.#change(filter, { method: 'DELETE' }, options));
  }

  /**
   * Reads one document as the majority has it; null if there is none.
   * @throws HeadraceClientError what the gateway refused, or `no-answer`
   */
  async findOne(filter: IdFilter<Shape>, options: CallOptions = {}): Promise<Stored<Shape> | null> {
    const { id, condition } = split(filter);
    if (condition !== undefined) throw ownError('bad-argument', 'a read is by _id alone');
    try {
      const path = `${this.#path}/${id}`;
      const { text } = await this.#caller.call({ method: 'GET', path }, options);
      return readStored(text) as Stored<Shape>;
    } catch (thrown) {
      if (thrown instanceof HeadraceClientError && thrown.code === 'not-found') return null;
      throw thrown;
    }
  }

  /**
   * Inserts many documents, a part of them at a time, in constant memory. Run again with the same
   * source and idempotency key it resumes: what was applied is found again, not written twice.
   * @throws HeadraceClientError where a whole request failed for good; single lines fail alone
   */
  bulk(
    source: Iterable<Shape> | AsyncIterable<Shape>,
    options: BulkOptions = {},
  ): Promise<BulkResult> {
    return bulk(source, { caller: this.#caller, path: `${this.#path}/_bulk`, options });
  }

  async #change(
    filter: IdFilter<Shape>,
    change: Change,
    options: UpsertOptions,
  ): Promise<ChangeReceipt> {
    const { id, condition } = split(filter);
    const query = [
      ...(options.upsert === true ? ['upsert=true'] : []),
      ...(condition === undefined ? [] : [`if=${encodeURIComponent(writeJson(condition))}`]),
    ].join('&');
    const call = {
      method: change.method,
      path: `${this.#path}/${id}${query === '' ? '' : `?${query}`}`,
      body: change.body,
      ...termsOf(options, change.type),
    };
    try {
      return JSON.parse((await this.#caller.call(call, options)).text) as ChangeReceipt;
    } catch (thrown) {
      if (!(thrown instanceof HeadraceClientError)) throw thrown;
      const { code, writeId, replayed } = thrown;
      if (code !== 'document-absent' && code !== 'condition-failed') throw thrown;
      return { state: 'rejected', code, writeId, replayed };
    }
  }
}

function termsOf(
  options: WriteOptions,
  type: string | undefined,
): { readonly idempotencyKey: string; readonly headers: Record<string, string> } {
  const { idempotencyKey = crypto.randomUUID(), tier } = options;
  return {
    idempotencyKey,
    headers: {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(tier === undefined ? {} : { 'x-consistency': tier }),
    },
  };
}

/** The `_id` as a part of a path, and what else the filter asks. */
function split(filter: object): { readonly id: string; readonly condition: object | undefined } {
  const { _id, ...condition } = filter as { readonly _id?: unknown };
  return {
    id: idPath(_id),
    condition: Object.keys(condition).length === 0 ? undefined : condition,
  };
}
