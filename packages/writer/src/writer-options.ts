import type { Clock, Log, Metrics } from '@headrace/base';
import type { FieldType } from './encode/field-types.ts';
import type { IdType } from './encode/id-value.ts';
import type { Tier } from './gather/write-port.ts';

/** Which lane replaces, patches and deletes of a collection take; `none`: it takes inserts only. */
export type Changes = 'none' | 'direct' | 'buffered';

/** What is said about one collection. */
export interface CollectionOptions {
  /** Tier of a write that names none; `strong` unless told. */
  readonly tier?: Tier;
  /** `none` unless told. */
  readonly changes?: Changes;
  /** How a missing `_id` is made; `uuid` unless told. */
  readonly idType?: IdType;
  /** Types by dotted field path, for documents that come as JSON text. */
  readonly types?: Readonly<Record<string, FieldType>>;
}

/** How a writer is opened. */
export interface WriterOptions {
  /** Connection string of a replica set or mongos. */
  readonly uri: string;
  /** By `database.collection`; writes to others are refused. */
  readonly collections: Readonly<Record<string, CollectionOptions>>;
  /** Headrace's own database; `headrace` unless told. */
  readonly database?: string;
  /** Hard maximum of connections; 64 unless told. */
  readonly maxPoolSize?: number;
  readonly tiers?: { readonly allowLower?: boolean };
  readonly limits?: {
    /** Bytes of documents held from submit until their outcome is certain; 64 MiB unless told. */
    readonly inFlightBytes?: number;
  };
  readonly log?: Log;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
}
