import type { Changes, Tier } from '@headrace/writer';

/** How a missing `_id` is made, and what `{id}` in a path means. */
export type IdType = 'uuid' | 'string' | 'objectId' | 'int' | 'long';
/** Declared type of a field, so that JSON text can carry it without Extended JSON. */
export type FieldType = 'decimal' | 'date' | 'objectId' | 'uuid' | 'long' | 'int' | 'double';

/** What is said about one collection; nothing listed means every write is refused. */
export interface CollectionRules {
  /** Tier of a write without `x-consistency`; `strong` unless told. */
  readonly tier: Tier;
  /** Which lane replaces, patches and deletes take; `none`: inserts only. */
  readonly changes: Changes;
  readonly idType: IdType;
  /** Types by dotted field path; arrays are passed through. */
  readonly types: Readonly<Record<string, FieldType>>;
}

/** A resolved, frozen configuration: every default filled in, every file read. */
export interface Configuration {
  readonly listen: Address;
  readonly adminListen: Address;
  readonly workerListen: Address;
  readonly mongodb: {
    readonly uri: string;
    /** Headrace's own database (deployment secret, dead letters, ledger); `headrace`. */
    readonly database: string;
    /** Hard maximum of the driver's pool. */
    readonly maxPoolSize: number;
  };
  /** Absent: no buffered lane. */
  readonly redis?: RedisSettings;
  readonly tiers: { readonly allowLower: boolean };
  readonly buffer: { readonly partitions: number; readonly maxEntries: number };
  readonly limits: { readonly inFlightBytes: number; readonly requestBytes: number };
  readonly collections: Readonly<Record<string, CollectionRules>>;
  readonly log: { readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug' };
}

/** Which Redis, and what is asked of it. */
export interface RedisSettings {
  /** With `sentinels` only user, password and database number of it count. */
  readonly uri: string;
  readonly prefix: string;
  /** What the operator says where CONFIG GET is forbidden. */
  readonly declaredFsync?: 'always' | 'everysec' | 'no';
  /** Who knows the master called `masterName`; both or neither are given. */
  readonly sentinels?: readonly Address[];
  readonly masterName?: string;
  /** Of the sentinels themselves; never without the password. */
  readonly sentinelUsername?: string;
  readonly sentinelPassword?: string;
  /** PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Replicas that must hold a queued write before it is answered; 0: none. */
  readonly minReplicas: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}
