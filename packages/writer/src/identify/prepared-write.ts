import { canonicalId, idOfDocument, type IdValue } from '../encode/bson-port.ts';
import type { IdOrigin, Operation, Tier, Write } from '../gather/write-port.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Everything a write is made of. */
export interface WriteParts {
  readonly op: Operation;
  readonly upsert: boolean;
  readonly tenant: string;
  readonly namespace: string;
  readonly tier: Tier;
  readonly writeId: string;
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  /** Read from the document when left out. */
  readonly id?: IdValue;
  readonly document: Uint8Array;
  readonly deadlineAtMs: number;
  readonly ledgered: boolean;
  readonly suspect?: boolean;
  readonly sid?: string | undefined;
  /** Computed from the document when left out. */
  readonly fingerprint?: Buffer;
}

/** Nobody can send other content under the write id of a keyless write: there is no content to tell. */
const noFingerprint = Buffer.alloc(32);

/**
 * A write with its identity. Fingerprint and canonical `_id` are computed when first asked for: a
 * keyless write with a made `_id` needs neither in the direct lane.
 */
export class PreparedWrite implements Write {
  readonly op: Operation;
  readonly upsert: boolean;
  readonly tenant: string;
  readonly namespace: string;
  readonly tier: Tier;
  readonly writeId: string;
  readonly keyed: boolean;
  readonly idOrigin: IdOrigin;
  readonly document: Uint8Array;
  readonly deadlineAtMs: number;
  readonly ledgered: boolean;
  readonly suspect: boolean;
  readonly sid: string | undefined;
  #id: IdValue | undefined;
  #canonicalId: string | undefined;
  #fingerprint: Buffer | undefined;

  constructor(parts: WriteParts) {
    this.op = parts.op;
    this.upsert = parts.upsert;
    this.tenant = parts.tenant;
    this.namespace = parts.namespace;
    this.tier = parts.tier;
    this.writeId = parts.writeId;
    this.keyed = parts.keyed;
    this.idOrigin = parts.idOrigin;
    this.document = parts.document;
    this.deadlineAtMs = parts.deadlineAtMs;
    this.ledgered = parts.ledgered;
    this.suspect = parts.suspect ?? false;
    this.sid = parts.sid;
    this.#id = parts.id;
    this.#fingerprint = parts.fingerprint;
  }

  get id(): IdValue {
    this.#id ??= idOfDocument(this.document);
    return this.#id;
  }

  get canonicalId(): string {
    this.#canonicalId ??= canonicalId(this.id);
    return this.#canonicalId;
  }

  get fingerprint(): Buffer {
    this.#fingerprint ??= this.keyed
      ? fingerprintOf(this.upsert ? `${this.op}+upsert` : this.op, this.namespace, this.document)
      : noFingerprint;
    return this.#fingerprint;
  }
}
