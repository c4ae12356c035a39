export { type BulkFailure, type BulkOptions, type BulkResult } from './bulk/bulk.ts';
export { type CallOptions } from './call/caller.ts';
export { type ClientCollection, type UpsertOptions, type WriteOptions } from './collection.ts';
export {
  connect,
  type ConnectOptions,
  type HeadraceClient,
  type SettledOptions,
} from './connect.ts';
export {
  type BsonValue,
  type Comparison,
  type ConditionalFilter,
  type IdFilter,
  type IdOf,
  type MergePatch,
  type Replacement,
  type Stored,
  type Update,
} from './document-shape.ts';
export { type ExtendedValue } from './encode/read-stored.ts';
export { HeadraceClientError } from './errors.ts';
export {
  type AppliedReceipt,
  type BufferedGuarantee,
  type ChangeReceipt,
  type DeleteAnswer,
  type DirectGuarantee,
  type InsertAnswer,
  type InsertReceipt,
  type QueuedReceipt,
  type RejectedReceipt,
  type Tier,
  type UpdateAnswer,
} from './receipt.ts';
export { type SettledState } from './settled.ts';
