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
import type { Tier, Write } from '../gather/write-port.ts';
import type { ChangeRequest, InsertRequest, StoredWrite } from '../writer-port.ts';
import { PreparedWrite } from './prepared-write.ts';
import { newUuidV7, secondsOf, uuidV7Carrying } from './uuid.ts';
import type { Changes } from '../writer-options.ts';
import { writeIdsUnder, type KeyScope } from './write-id.ts';

/** What a writer knows of one of its collections. */
export interface KnownCollection {
  readonly idType: IdType;
  readonly changes: Changes;
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
    const epochMs = this.#options.clock.epochMs();
    // Not cut from a keyless write id: an ObjectId sorts by time, as applications expect.
    const objectId =
      document.id === undefined && !keyed && collection.idType === 'objectId'
        ? ObjectId.generate(secondsOf(epochMs))
        : undefined;
    const writeId = keyed
      ? this.#deriveWriteId({ tenant, namespace, canonicalId: named, idempotencyKey })
      : newWriteId(epochMs, objectId);
    const made =
      document.id === undefined ? makeIdElement(collection.idType, objectId ?? writeId) : undefined;
    return new PreparedWrite({
      op: 'insert',
      upsert: false,
      ledgered: isLedgered(collection, { keyed, tier: request.tier }),
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

  /**
   * @throws HeadraceError `namespace-not-listed`, `collection-insert-only`, `lane-would-reorder`,
   * `idempotency-key-needed`
   */
  prepareChange(request: ChangeRequest): Write {
    const { namespace, change, idempotencyKey, tier, tenant = 'default' } = request;
    const collection = this.#collection(namespace);
    checkLaneOfChange(collection, { namespace, tier });
    const keyed = idempotencyKey !== undefined;
    if (change.needsKey && !keyed) throw writerErrors.create('idempotency-key-needed');
    const named = canonicalId(change.id);
    const writeId = keyed
      ? this.#deriveWriteId({ tenant, namespace, canonicalId: named, idempotencyKey })
      : newUuidV7(this.#options.clock.epochMs());
    return new PreparedWrite({
      ...{ op: change.op, upsert: change.upsert, id: change.id, document: change.body },
      ...{ tenant, namespace, tier, keyed, idOrigin: 'caller' },
      ledgered: isLedgered(collection, { keyed, tier }),
      writeId: uuidText(writeId),
      deadlineAtMs: this.#deadlineAt(request.deadlineMs ?? defaultDeadlineMs),
    });
  }

  restore(stored: StoredWrite): Write {
    const collection = this.#collection(stored.namespace);
    const { deadlineMs, ...parts } = stored;
    return new PreparedWrite({
      ...parts,
      tier: 'eventual',
      ledgered: isLedgered(collection, { keyed: stored.keyed, tier: 'eventual' }),
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

/** Insert-only collections are deduped by `_id`; the two ways must not mix (protocol A2). */
function isLedgered(
  { changes }: KnownCollection,
  { keyed, tier }: { readonly keyed: boolean; readonly tier: Tier },
): boolean {
  return changes !== 'none' && (keyed || tier === 'eventual');
}

/** All changes of a collection take one lane, or two of one document could overtake each other. */
function checkLaneOfChange(
  { changes }: KnownCollection,
  { namespace, tier }: { readonly namespace: string; readonly tier: Tier },
): void {
  if (changes === 'none') throw writerErrors.create('collection-insert-only', { namespace });
  const lane = tier === 'eventual' ? 'buffered' : 'direct';
  if (changes !== lane)
    throw writerErrors.create('lane-would-reorder', { namespace, lane: changes, tier });
}

function originOf(named: IdValue | undefined, keyed: boolean): Write['idOrigin'] {
  if (named !== undefined) return 'caller';
  return keyed ? 'derived' : 'random';
}

/** Either way the document says which write it is: one of the two is made of the other. */
function newWriteId(epochMs: number, objectId: Uint8Array | undefined): Buffer {
  return objectId === undefined ? newUuidV7(epochMs) : uuidV7Carrying(objectId, epochMs);
}

/** The document with its `_id` in front, and that `_id`. */
function identityOf(document: EncodedDocument, made: Uint8Array | undefined) {
  if (made !== undefined) return { id: idOfElement(made), document: placeId(document, made) };
  return { ...(document.id && { id: document.id }), document: documentBytes(document) };
}

function idOfElement(element: Uint8Array): IdValue {
  return { type: element[0] ?? 0, value: element.subarray('t_id.'.length) };
}
