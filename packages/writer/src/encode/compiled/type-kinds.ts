import type { ValueKind } from './value-kind.ts';

/** A JavaScript number is written as int32 or double by its value, so both are always expected. */
const NUMBER: readonly ValueKind[] = ['int', 'double'];
const INT: readonly ValueKind[] = [...NUMBER, 'int32Object'];
const LONG: readonly ValueKind[] = ['long', 'bigint', ...NUMBER];
const DOUBLE: readonly ValueKind[] = [...NUMBER, 'doubleObject'];
const ANY_NUMBER: readonly ValueKind[] = [
  ...NUMBER,
  'decimal',
  'long',
  'bigint',
  'int32Object',
  'doubleObject',
];

/** By the names of `bsonType` (`$type` of MongoDB). DBPointer and undefined no driver writes. */
const BSON_TYPES = new Map<unknown, readonly ValueKind[]>([
  ['double', DOUBLE],
  ['string', ['string']],
  ['object', ['object']],
  ['array', ['array']],
  ['binData', ['binary', 'bytes']],
  ['undefined', []],
  ['objectId', ['objectId']],
  ['bool', ['bool']],
  ['date', ['date']],
  ['null', []],
  ['regex', ['regex', 'nativeRegex']],
  ['dbPointer', []],
  ['javascript', ['code']],
  ['symbol', ['symbol']],
  ['javascriptWithScope', ['scopedCode']],
  ['int', INT],
  ['timestamp', ['timestamp']],
  ['long', LONG],
  ['decimal', ['decimal']],
  ['minKey', ['minKey']],
  ['maxKey', ['maxKey']],
  ['number', ANY_NUMBER],
]);

/** By the names of `type`: those of JSON Schema, and those TypeBox adds for values of JavaScript. */
const JSON_TYPES = new Map<unknown, readonly ValueKind[]>([
  ['string', ['string']],
  ['number', ANY_NUMBER],
  ['integer', ANY_NUMBER],
  ['boolean', ['bool']],
  ['object', ['object']],
  ['array', ['array']],
  ['null', []],
  ['undefined', []],
  ['void', []],
  ['bigint', ['bigint', 'long']],
  ['Date', ['date']],
  ['Uint8Array', ['bytes', 'binary']],
]);

const BY_KEYWORD = { bsonType: BSON_TYPES, type: JSON_TYPES } as const;
export type TypeKeyword = keyof typeof BY_KEYWORD;

/** The kinds that a type's values come as; undefined for a name that is no type. */
export function kindsOfType(keyword: TypeKeyword, name: unknown): readonly ValueKind[] | undefined {
  return BY_KEYWORD[keyword].get(name);
}
