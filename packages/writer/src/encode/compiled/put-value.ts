import type { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long } from 'bson';
import { BSON } from 'bson';
import * as element from '../element-type.ts';
import type { Arena } from './arena.ts';
import { putString } from './put-text.ts';
import type { ValueKind } from './value-kind.ts';

/** Writes a value of its kind behind its name; gives its end. */
export type PutValue = (arena: Arena, at: number, value: never) => number;

/** Kinds whose value has fields or elements of its own, which are compiled in turn. */
export type NestingKind = 'object' | 'array';
export type LeafKind = Exclude<ValueKind, NestingKind>;

interface LeafWriter {
  readonly type: number;
  /** Bytes that are written without asking the arena for room. */
  readonly fixedBytes: number;
  readonly put: PutValue;
}

/** How each kind is written; what `VALUE_TESTS` lets through has the right form for it. */
export const LEAF_WRITERS: Readonly<Record<LeafKind, LeafWriter>> = {
  string: { type: element.STRING, fixedBytes: 5, put: putString },
  int: { type: element.INT32, fixedBytes: 4, put: putInt },
  double: { type: element.DOUBLE, fixedBytes: 8, put: putDouble },
  bool: { type: element.BOOLEAN, fixedBytes: 1, put: putBool },
  date: { type: element.DATE, fixedBytes: 8, put: putDate },
  decimal: { type: element.DECIMAL128, fixedBytes: 16, put: putDecimal },
  objectId: { type: element.OBJECT_ID, fixedBytes: 12, put: putObjectId },
  long: { type: element.INT64, fixedBytes: 8, put: putLong },
  bigint: { type: element.INT64, fixedBytes: 8, put: putBigint },
  int32Object: {
    type: element.INT32,
    fixedBytes: 4,
    put: (arena, at, { value }: Int32) => putInt(arena, at, value),
  },
  doubleObject: {
    type: element.DOUBLE,
    fixedBytes: 8,
    put: (arena, at, { value }: Double) => putDouble(arena, at, value),
  },
  binary: { type: element.BINARY, fixedBytes: 9, put: putBinary },
  bytes: {
    type: element.BINARY,
    fixedBytes: 9,
    put: (arena, at, value: Uint8Array) => putBytes(arena, at, { value, subtype: 0 }),
  },
  timestamp: { type: element.TIMESTAMP, fixedBytes: 8, put: putLong },
  regex: { type: element.REGEX, fixedBytes: 0, put: putRegex },
  nativeRegex: { type: element.REGEX, fixedBytes: 0, put: putNativeRegex },
  code: {
    type: element.CODE,
    fixedBytes: 5,
    put: (arena, at, { code }: { readonly code: string }) => putString(arena, at, code),
  },
  scopedCode: { type: element.CODE_WITH_SCOPE, fixedBytes: 9, put: putScopedCode },
  symbol: {
    type: element.SYMBOL,
    fixedBytes: 5,
    put: (arena, at, { value }: BSONSymbol) => putString(arena, at, value),
  },
  minKey: { type: element.MIN_KEY, fixedBytes: 0, put: (_, at) => at },
  maxKey: { type: element.MAX_KEY, fixedBytes: 0, put: (_, at) => at },
};

const TWO_TO_32 = 0x1_0000_0000;

function putInt({ view }: Arena, at: number, value: number): number {
  view.setInt32(at, value, true);
  return at + 4;
}

function putDouble({ view }: Arena, at: number, value: number): number {
  view.setFloat64(at, value, true);
  return at + 8;
}

function putBool({ bytes }: Arena, at: number, value: boolean): number {
  bytes[at] = value ? 1 : 0;
  return at + 1;
}

function putDate({ view }: Arena, at: number, value: Date): number {
  const epochMs = value.getTime();
  view.setInt32(at, epochMs | 0, true);
  view.setInt32(at + 4, Math.floor(epochMs / TWO_TO_32), true);
  return at + 8;
}

function putLong({ view }: Arena, at: number, value: Long): number {
  view.setInt32(at, value.getLowBits(), true);
  view.setInt32(at + 4, value.getHighBits(), true);
  return at + 8;
}

function putBigint({ view }: Arena, at: number, value: bigint): number {
  view.setBigInt64(at, value, true);
  return at + 8;
}

/** What js-bson itself calls; its types leave it out, and `id` would make a buffer each time. */
interface SelfWriting {
  serializeInto(bytes: Uint8Array, at: number): number;
}

function putObjectId({ bytes }: Arena, at: number, value: SelfWriting): number {
  return at + value.serializeInto(bytes, at);
}

function putDecimal({ bytes }: Arena, at: number, value: Decimal128): number {
  const from = value.bytes;
  for (let i = 0; i < 16; i++) bytes[at + i] = from[i] as number;
  return at + 16;
}

function putBinary(arena: Arena, at: number, value: Binary): number {
  const { buffer, position, sub_type: subtype } = value;
  const bytes = buffer.length === position ? buffer : buffer.subarray(0, position);
  if (subtype !== element.OLD_BINARY_SUBTYPE) {
    return putBytes(arena, at, { value: bytes, subtype });
  }
  const end = putBytes(arena, at + 4, { value: bytes, subtype });
  // The old subtype stands before a second length, which counts four bytes less.
  const { view } = arena;
  view.setInt32(at, position + 4, true);
  view.setUint8(at + 4, subtype);
  view.setInt32(at + 5, position, true);
  return end;
}

function putBytes(
  arena: Arena,
  at: number,
  { value, subtype }: { readonly value: Uint8Array; readonly subtype: number },
): number {
  const { length } = value;
  if (at + 5 + length > arena.limit) {
    arena.lacking += 5 + length;
    return at;
  }
  const { bytes } = arena;
  arena.view.setInt32(at, length, true);
  bytes[at + 4] = subtype;
  if (length <= 16) for (let i = 0; i < length; i++) bytes[at + 5 + i] = value[i] as number;
  else bytes.set(value, at + 5);
  return at + 5 + length;
}

function putRegex(arena: Arena, at: number, { pattern, options }: BSONRegExp): number {
  return putTexts(arena, at, [pattern, options.split('').sort().join('')]);
}

function putNativeRegex(arena: Arena, at: number, value: RegExp): number {
  // As js-bson has it: the global flag becomes `s`, whatever else there is gets lost.
  const flags = `${value.ignoreCase ? 'i' : ''}${value.global ? 's' : ''}${value.multiline ? 'm' : ''}`;
  return putTexts(arena, at, [value.source, flags]);
}

/** Writes texts that each end at their NUL; one inside of them would be found by the check. */
function putTexts(arena: Arena, at: number, texts: readonly string[]): number {
  arena.isUnchecked = true;
  const value = Buffer.from(`${texts.join('\0')}\0`, 'utf8');
  return putWhole(arena, at, value);
}

function putScopedCode(arena: Arena, at: number, value: Code): number {
  arena.isUnchecked = true;
  const codeEnd = putString(arena, at + 4, value.code);
  const scope = BSON.serialize(value.scope as object, { ignoreUndefined: false });
  const end = putWhole(arena, codeEnd, scope);
  arena.view.setInt32(at, end - at, true);
  return end;
}

/** Copies bytes that are finished. */
export function putWhole(arena: Arena, at: number, value: Uint8Array): number {
  if (at + value.length > arena.limit) {
    arena.lacking += value.length;
    return at;
  }
  arena.bytes.set(value, at);
  return at + value.length;
}
