export { openWriter, type Writer } from './compose.ts';
export { boundedCall } from './clients/bounded-call-port.ts';
export { writerErrors } from './errors.ts';
export {
  type ChangeResult,
  type Guarantee,
  type IdOrigin,
  type Operation,
  type Settle,
  type Tier,
  type Verdict,
  type Write,
} from './gather/write-port.ts';
export { canonicalId } from './encode/canonical-id.ts';
export { type ChangeTarget } from './encode/change/change-target.ts';
export {
  encodeBsonReplacement,
  encodeDeletion,
  encodeMergePatch,
  encodeReplacement,
  encodeUpdate,
} from './encode/change/encode-change.ts';
export { Arena, type ArenaOptions } from './encode/compiled/arena.ts';
export { compileEncoder, type CompileOptions } from './encode/compiled/compile-encoder.ts';
export { type CompiledEncoder } from './encode/compiled/compiled-encoder.ts';
export { type FallBackCounts, type FallBackReason } from './encode/compiled/fall-backs.ts';
export { encodeBson } from './encode/encode-bson.ts';
export { encodeJson } from './encode/encode-json.ts';
export { placeId, type EncodedDocument, type IdValue } from './encode/encoded-document.ts';
export { compileFieldTypes, type FieldType, type FieldTypes } from './encode/field-types.ts';
export { idForFilter, idOfDocument } from './encode/id-of-document.ts';
export {
  madeIdBytes,
  makeIdElement,
  parseIdText,
  uuidText,
  type IdType,
} from './encode/id-value.ts';
export { newUuidV7, objectIdIn, parseUuid } from './identify/uuid.ts';
export { Ledger } from './record/ledger.ts';
export {
  type LedgerEntry,
  type LedgerResult,
  type LedgerRow,
  type LedgerState,
} from './record/ledger-port.ts';
export { hashShardKeyValue } from './route/hash-shard-key-value.ts';
export { bucketCount, bucketOf, SetBuckets, type BucketRange } from './route/set-buckets.ts';
export { shardKeyBytes } from './route/shard-key-bytes.ts';
export { ShardKey, type ShardKeyField } from './route/shard-key.ts';
export { chooseSender } from './send/choose-sender.ts';
export { type CommandSender } from './send/command-port.ts';
export {
  type AppliedReceipt,
  type ChangeReceipt,
  type DeleteAnswer,
  type InsertReceipt,
  type RejectedReceipt,
  type UpdateAnswer,
} from './writer-answers.ts';
export {
  type ConditionalFilter,
  type IdFilter,
  type IdOf,
  type MergePatch,
  type Replacement,
  type Update,
} from './document-shape.ts';
export {
  type ChangeOptions,
  type InsertOptions,
  type WriterCollection,
} from './writer-collection.ts';
export { type Changes, type CollectionOptions, type WriterOptions } from './writer-options.ts';
export {
  type Change,
  type ChangeRequest,
  type InsertRequest,
  type OwnedPartitions,
  type StoredWrite,
  type TransactionsPort,
  type WriteDesk,
} from './writer-port.ts';
