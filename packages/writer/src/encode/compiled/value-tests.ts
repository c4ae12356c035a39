import type { BSONRegExp, BSONSymbol, Code, Double, Int32 } from 'bson';
import { Binary } from 'bson';
import type { ValueKind } from './value-kind.ts';

/** How js-bson knows its own values, whichever copy of it made them. */
export const TYPE = Symbol.for('@@mdb.bson.type');
export const VERSION = Symbol.for('@@mdb.bson.version');
export const MAJOR_VERSION = 7;
const { getPrototypeOf } = Object;

interface Tagged {
  readonly [TYPE]?: unknown;
  readonly [VERSION]?: unknown;
  readonly _bsontype?: unknown;
  readonly toBSON?: unknown;
  readonly [Symbol.toStringTag]?: unknown;
}

/**
 * Whether a value is of a kind. Each asks what js-bson asks, in its order, and answers no whenever a
 * value has something about it that would make js-bson take another way (`toBSON`, `_bsontype`, a
 * tag that imitates another class): such a value is left to the general encoder.
 */
export const VALUE_TESTS: Readonly<Record<ValueKind, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: (value) =>
    typeof value === 'number' && (value | 0) === value && (value !== 0 || 1 / value > 0),
  double: (value) => typeof value === 'number',
  bool: (value) => typeof value === 'boolean',
  date: isDate,
  decimal: (value) => isTagged(value, 'Decimal128'),
  objectId: (value) => isTagged(value, 'ObjectId'),
  object: (value) => typeof value === 'object' && value !== null && recordShape(value) !== ODD,
  array: isArray,
  long: (value) => isTagged(value, 'Long'),
  bigint: (value) => typeof value === 'bigint',
  int32Object: (value) => isTagged(value, 'Int32') && typeof (value as Int32).value === 'number',
  doubleObject: (value) => isTagged(value, 'Double') && typeof (value as Double).value === 'number',
  binary: isBinary,
  bytes: (value) => value instanceof Uint8Array && isBare(value, '[object Uint8Array]'),
  timestamp: (value) => isTagged(value, 'Timestamp'),
  regex: isRegex,
  nativeRegex: isNativeRegex,
  code: (value) => isCode(value) && !hasScope(value),
  scopedCode: (value) => isCode(value) && hasScope(value),
  symbol: (value) =>
    isTagged(value, 'BSONSymbol') && typeof (value as BSONSymbol).value === 'string',
  minKey: (value) => isTagged(value, 'MinKey'),
  maxKey: (value) => isTagged(value, 'MaxKey'),
};

/** What `recordShape` says: not a plain document at all. */
export const ODD = 0;
/** All that can be enumerated is its own. */
export const PLAIN = 1;
/** Its prototype has to be told apart, name by name. */
export const INHERITING = 2;

/** How an object's fields are found, or `ODD` for whatever js-bson writes in a way of its own. */
export function recordShape(value: object): RecordShape {
  return isUntagged(value) ? untaggedShape(value) : ODD;
}

export type RecordShape = typeof ODD | typeof PLAIN | typeof INHERITING;

/** The same where `toBSON` and `_bsontype` are known to be absent: it reads no field. */
export function untaggedShape(value: object): RecordShape {
  if (Object.prototype.toString.call(value) !== '[object Object]') return ODD;
  if (ArrayBuffer.isView(value)) return ODD;
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return PLAIN;
  const isOther =
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof Map ||
    value instanceof Uint8Array;
  return isOther ? ODD : INHERITING;
}

/**
 * Whether nobody gave all objects a field, or primitive values the method that js-bson asks every
 * value for: compiled code takes that for granted within a document.
 */
export function arePrototypesPlain(): boolean {
  for (const name in Object.prototype) return name.length < 0;
  return (
    ('' as unknown as Tagged).toBSON === undefined &&
    (0 as unknown as Tagged).toBSON === undefined &&
    (false as unknown as Tagged).toBSON === undefined &&
    (0n as unknown as Tagged).toBSON === undefined
  );
}

/** Whether a value is one of js-bson's of this name. */
export function isTagged(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const tagged = value as Tagged;
  return (
    tagged[TYPE] === name &&
    tagged[VERSION] === MAJOR_VERSION &&
    tagged._bsontype === name &&
    tagged.toBSON === undefined
  );
}

function isUntagged(value: object): boolean {
  return (value as Tagged).toBSON === undefined && (value as Tagged)._bsontype === undefined;
}

function isDate(value: unknown): boolean {
  return value instanceof Date && isUntagged(value) && Number.isSafeInteger(value.getTime());
}

function isArray(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    getPrototypeOf(value) === Array.prototype &&
    isUntagged(value) &&
    (value as Tagged)[Symbol.toStringTag] === undefined
  );
}

function isBare(value: object, name: string): boolean {
  return isUntagged(value) && Object.prototype.toString.call(value) === name;
}

function isBinary(value: unknown): boolean {
  if (!isTagged(value, 'Binary')) return false;
  const { buffer, position, sub_type: subtype } = value as Binary;
  return (
    (buffer as unknown) instanceof Uint8Array &&
    position >>> 0 === position &&
    position <= buffer.length &&
    (subtype & 0xff) === subtype &&
    // js-bson looks into vectors.
    subtype !== Binary.SUBTYPE_VECTOR
  );
}

function isRegex(value: unknown): boolean {
  if (!isTagged(value, 'BSONRegExp')) return false;
  const { pattern, options } = value as BSONRegExp;
  return typeof pattern === 'string' && !pattern.includes('\0') && typeof options === 'string';
}

function isNativeRegex(value: unknown): boolean {
  if (!(value instanceof RegExp) || !isBare(value, '[object RegExp]')) return false;
  const { source } = value as { readonly source: unknown };
  return typeof source === 'string' && !source.includes('\0');
}

function isCode(value: unknown): value is Code {
  return isTagged(value, 'Code') && typeof (value as Code).code === 'string';
}

function hasScope({ scope }: Code): boolean {
  return Boolean(scope) && typeof scope === 'object';
}
