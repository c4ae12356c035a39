import type { Clock } from '@headrace/base';
import {
  canonicalId,
  documentBytes,
  makeIdElement,
  placeId,
  uuidText,
  type EncodedDocument,
  type IdType,
  type IdValue,
} from '../encode/bson-port.ts';
import { ObjectId } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { Write } from '../gather/write-port.ts';
import type { InsertRequest, StoredInsert } from '../writer-port.ts';
import { PreparedWrite } from './prepared-write.ts';
import { newUuidV7 } from './uuid.ts';
import { writeIdsUnder, type KeyScope } from './write-id.ts';

/** What a writer knows of one of its collections. */
export interface KnownCollection {
  readonly idType: IdType;
}

export interface IdentifyOptions {
  /** The deployment's secret, 32 bytes. */
  readonly secret: Uint8Array;
  readonly clock: Clock;
  readonly collections: ReadonlyMap<string, KnownCollection>;
}

const defaultDeadlineMs = 10_000;

/** Gives writes their identity: write id, `_id`, fingerprint, deadline. */
export class Identify {
  readonly #options: IdentifyOptions;
  readonly #deriveWriteId: (scope: KeyScope) => Buffer;

  constructor(options: IdentifyOptions) {
    this.#options = options;
    this.#deriveWriteId = writeIdsUnder(options.secret);
  }

  /** @throws HeadraceError `namespace-not-listed`, `bad-id` (none given where none can be made) */
  prepareInsert(request: InsertRequest): Write {
    const { namespace, document, idempotencyKey, tenant = 'default' } = request;
    const collection = this.#collection(namespace);
    const keyed = idempotencyKey !== undefined;
    const named = document.id === undefined ? '' : canonicalId(document.id);
    const writeId = keyed
      ? this.#deriveWriteId({
          tenant,
          namespace,
          canonicalId: named,
          idempotencyKey,
        })
      : newUuidV7(this.#options.clock.epochMs());
    const made =
      document.id === undefined
        ? makeIdElement(collection.idType, idSource(collection.idType, writeId, keyed))
        : undefined;
    return new PreparedWrite({
      tenant,
      namespace,
      tier: request.tier,
      writeId: uuidText(writeId),
      keyed,
      idOrigin: originOf(document.id, keyed),
      ...identityOf(document, made),
      deadlineAtMs: this.#deadlineAt(request.deadlineMs ?? defaultDeadlineMs),
    });
  }

  restoreInsert(stored: StoredInsert): Write {
    this.#collection(stored.namespace);
    const { deadlineMs, ...parts } = stored;
    return new PreparedWrite({
      ...parts,
      tier: 'eventual',
      deadlineAtMs: this.#deadlineAt(deadlineMs),
    });
  }

  #collection(namespace: string): KnownCollection {
    const collection = this.#options.collections.get(namespace);
    if (collection === undefined) throw writerErrors.create('namespace-not-listed', { namespace });
    return collection;
  }

  #deadlineAt(deadlineMs: number): number {
    return this.#options.clock.monotonicMs() + deadlineMs;
  }
}

function originOf(named: IdValue | undefined, keyed: boolean): Write['idOrigin'] {
  if (named !== undefined) return 'caller';
  return keyed ? 'derived' : 'random';
}

/**
 * What a missing `_id` is made of: the write id, so that the document says which write it is. A
 * keyless ObjectId is a new one instead, so that it sorts by time as applications expect.
 */
function idSource(idType: IdType, writeId: Buffer, keyed: boolean): Uint8Array {
  return idType === 'objectId' && !keyed ? new ObjectId().id : writeId;
}

/** The document with its `_id` in front, and that `_id`. */
function identityOf(document: EncodedDocument, made: Uint8Array | undefined) {
  if (made !== undefined) return { id: idOfElement(made), document: placeId(document, made) };
  return { ...(document.id && { id: document.id }), document: documentBytes(document) };
}

function idOfElement(element: Uint8Array): IdValue {
  return { type: element[0] ?? 0, value: element.subarray('t_id.'.length) };
}
