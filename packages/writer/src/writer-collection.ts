import type { Document } from 'mongodb';
import { changeOfObject, type ObjectChange } from './encode/change/change-of-object.ts';
import { encodeObject } from './encode/encode-object.ts';
import { madeIdBytes, type IdType } from './encode/id-value.ts';
import type {
  ConditionalFilter,
  IdFilter,
  MergePatch,
  Replacement,
  Update,
} from './document-shape.ts';
import { writerErrors } from './errors.ts';
import type { Tier, Verdict, Write } from './gather/write-port.ts';
import {
  deleteAnswer,
  insertAnswer,
  updateAnswer,
  type DeleteAnswer,
  type InsertReceipt,
  type UpdateAnswer,
} from './writer-answers.ts';
import type { CollectionOptions } from './writer-options.ts';
import type { WriteDesk } from './writer-port.ts';

/** What a caller may say about one write. */
export interface InsertOptions {
  readonly tier?: Tier | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly tenant?: string;
  /** How long the write may wait to be sent, in milliseconds; 10,000 unless told. */
  readonly deadlineMs?: number | undefined;
}

/** What a caller may say about one replace or update. */
export interface ChangeOptions extends InsertOptions {
  /** Inserts the document if there is none; the filter's conditions do not go into it. */
  readonly upsert?: boolean | undefined;
}

/** A write's verdict, made an answer; throws for what is none. */
type Answer<Result> = (write: Write, verdict: Verdict) => Result;

/** One collection of a writer, in the shape of the driver's. */
export class WriterCollection<Shape extends Document = Document> {
  readonly namespace: string;
  readonly #desk: WriteDesk;
  readonly #tier: Tier;
  readonly #idType: IdType;

  /** @internal */
  constructor(desk: WriteDesk, namespace: string, options: CollectionOptions | undefined) {
    if (options === undefined) throw writerErrors.create('namespace-not-listed', { namespace });
    this.namespace = namespace;
    this.#desk = desk;
    this.#tier = options.tier ?? 'strong';
    this.#idType = options.idType ?? 'uuid';
  }

  /**
   * Inserts one document at the tier asked for. Calls made at the same time share a command.
   * @throws HeadraceError what the database or Headrace refused, or `outcome-unknown` and
   * `below-tier`, after which only a repeat under the same idempotency key is safe
   */
  insertOne(
    document: Replacement<Shape> | Shape,
    options: InsertOptions = {},
  ): Promise<InsertReceipt> {
    const { tier = this.#tier, ...rest } = options;
    const prepare = (): Write =>
      this.#desk.prepareInsert({
        ...rest,
        namespace: this.namespace,
        document: encodeObject(document, { reservedBytes: madeIdBytes(this.#idType) }),
        tier: directTier(tier),
      });
    const namedId = (document as Document)['_id'] as unknown;
    return this.#send(prepare, (write, verdict) => {
      if (verdict.state !== 'applied') throw verdict.error;
      return insertAnswer(write, namedId, verdict);
    });
  }

  /**
   * Puts a document in place of the one with this `_id`. No such document is an answer:
   * `matchedCount` 0.
   * @throws HeadraceError as `insertOne`; `bad-id`, `id-change`, `collection-insert-only`
   */
  replaceOne(
    filter: IdFilter<Shape>,
    document: Replacement<Shape>,
    options: ChangeOptions = {},
  ): Promise<UpdateAnswer> {
    return this.#update(filter, { op: 'replace', document }, options);
  }

  /**
   * Updates one document with operators such as `$set`, if it fulfils what the filter says beside
   * its `_id`. No such document, or not in that condition, is an answer: `matchedCount` 0, and the
   * receipt's `code` says which.
   * @throws HeadraceError as `replaceOne`; `bad-patch`, `bad-condition`, and
   * `idempotency-key-needed` with `$inc`, `$mul` and `$push`
   */
  updateOne(
    filter: ConditionalFilter<Shape>,
    update: Update<Shape>,
    options: ChangeOptions = {},
  ): Promise<UpdateAnswer> {
    return this.#update(filter, { op: 'update', update }, options);
  }

  /** The same with a merge patch (RFC 7396): null removes a field, arrays are replaced. */
  patchOne(
    filter: ConditionalFilter<Shape>,
    patch: MergePatch<Shape>,
    options: ChangeOptions = {},
  ): Promise<UpdateAnswer> {
    return this.#update(filter, { op: 'patch', patch }, options);
  }

  /** Deletes one document, if it fulfils what the filter says beside its `_id`. */
  deleteOne(filter: ConditionalFilter<Shape>, options: InsertOptions = {}): Promise<DeleteAnswer> {
    return this.#send(
      () => this.#prepare(filter, { op: 'delete' }, options),
      (write, verdict) => deleteAnswer(write, verdict),
    );
  }

  #update(
    filter: IdFilter<Shape>,
    change: ObjectChange,
    options: ChangeOptions,
  ): Promise<UpdateAnswer> {
    return this.#send(
      () => this.#prepare(filter, change, options),
      (write, verdict) => updateAnswer(write, filter._id, verdict),
    );
  }

  #prepare(filter: IdFilter<Shape>, change: ObjectChange, options: ChangeOptions): Write {
    const { tier, upsert, ...rest } = options;
    const write = this.#desk.prepareChange({
      ...rest,
      namespace: this.namespace,
      change: changeOfObject(filter, change, upsert),
      // Where only inserts may be queued, a change takes the direct lane.
      tier: tier ?? (this.#tier === 'eventual' ? 'strong' : this.#tier),
    });
    directTier(write.tier);
    return write;
  }

  async #send<Result>(prepare: () => Write, answer: Answer<Result>): Promise<Result> {
    const write = prepare();
    const verdict = await new Promise<Verdict>((resolve) => {
      this.#desk.submit(write, resolve);
    });
    return answer(write, verdict);
  }
}

function directTier(tier: Tier): Tier {
  if (tier === 'eventual') throw writerErrors.create('lane-not-configured');
  return tier;
}
