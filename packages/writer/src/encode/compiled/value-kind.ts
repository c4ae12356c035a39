/**
 * The kinds of values that are told apart when a document is written. One BSON type may come as
 * several: a double as a number or a `Double`, a binary as a `Binary` or bare bytes. An undefined or
 * null value is written in any field, so it is no kind of its own.
 */
export const VALUE_KINDS = [
  'string',
  'int',
  'double',
  'bool',
  'date',
  'decimal',
  'objectId',
  'object',
  'array',
  'long',
  'bigint',
  'int32Object',
  'doubleObject',
  'binary',
  'bytes',
  'timestamp',
  'regex',
  'nativeRegex',
  'code',
  'scopedCode',
  'symbol',
  'minKey',
  'maxKey',
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];
