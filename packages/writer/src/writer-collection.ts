import type { Document } from 'mongodb';
import { encodeObject } from './encode/encode-object.ts';
import { idForFilter } from './encode/id-of-document.ts';
import { writerErrors } from './errors.ts';
import type { Guarantee, Tier, Write } from './gather/write-port.ts';
import { madeIdBytes, type IdType } from './encode/id-value.ts';
import type { CollectionOptions } from './writer-options.ts';
import type { WriteDesk } from './writer-port.ts';

/** What a caller may say about one insert. */
export interface InsertOptions {
  readonly tier?: Tier;
  readonly idempotencyKey?: string;
  readonly tenant?: string;
  /** How long the write may wait to be sent, in milliseconds; 10,000 unless told. */
  readonly deadlineMs?: number;
}

/** The driver's answer to an insert, and the receipt. */
export interface InsertReceipt {
  readonly acknowledged: true;
  readonly insertedId: unknown;
  readonly receipt: {
    readonly writeId: string;
    readonly lane: 'direct';
    readonly tier: Tier;
    readonly state: 'applied';
    readonly replayed: boolean;
    readonly guaranteed: Guarantee;
  };
}

/** One collection of a writer, in the shape of the driver's. */
export class WriterCollection {
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
  insertOne(document: Document, options: InsertOptions = {}): Promise<InsertReceipt> {
    const { tier = this.#tier, ...rest } = options;
    return new Promise((resolve, reject) => {
      if (tier === 'eventual') throw writerErrors.create('lane-not-configured');
      const write = this.#desk.prepareInsert({
        ...rest,
        namespace: this.namespace,
        document: encodeObject(document, { reservedBytes: madeIdBytes(this.#idType) }),
        tier,
      });
      this.#desk.submit(write, (verdict) => {
        if (verdict.state === 'applied') resolve(receiptOf(write, document['_id'], verdict));
        else reject(verdict.error);
      });
    });
  }
}

/** @param namedId the caller's own `_id`, handed back as the driver does */
function receiptOf(
  write: Write,
  namedId: unknown,
  verdict: { readonly replayed: boolean; readonly guarantee: Guarantee },
): InsertReceipt {
  return {
    acknowledged: true,
    insertedId: namedId ?? idForFilter(write.document),
    receipt: {
      writeId: write.writeId,
      lane: 'direct',
      tier: write.tier,
      state: 'applied',
      replayed: verdict.replayed,
      guaranteed: verdict.guarantee,
    },
  };
}
