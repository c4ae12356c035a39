import { ownError } from '../errors.ts';
import { toBase64 } from './base64.ts';

/** Deeper than MongoDB nests (100 levels): who gets here holds itself, or is refused anyway. */
const MAX_DEPTH = 200;
/** Dates of these years are written as text; others as milliseconds (Extended JSON v2, relaxed). */
const FIRST_TEXT_MS = 0;
const LAST_TEXT_MS = 253_402_300_799_999;
const INT64_BITS = 64;
/** Keeps every number type of the `bson` package apart. */
const EXACTLY = { relaxed: false };

/** A value of the `bson` package, whichever copy of it: known by its tag. */
interface TaggedValue {
  readonly _bsontype: unknown;
  toExtendedJSON?(options: typeof EXACTLY): unknown;
}

export interface WriteJsonOptions {
  /** Leaves undefined fields out. For merge patches, where null would remove the field. */
  readonly ignoreUndefined?: boolean;
}

/** What stands for undefined; nothing where the field is left out. */
type Missing = 'null' | undefined;

/**
 * Writes a document as the JSON the gateway reads: Extended JSON v2 where JSON has no such value.
 * It stores what the driver would: undefined becomes null, functions are left out, `toBSON` is
 * asked. Whole numbers are sent as their digits, so those beyond 32 bits are stored as int64, which
 * equals the driver's double and keeps declared types working.
 * @throws HeadraceClientError `bad-argument` for what can not be stored
 */
export function writeJson(document: object, options: WriteJsonOptions = {}): string {
  const text = write(document, 0, options.ignoreUndefined === true ? undefined : 'null');
  if (text?.startsWith('{') !== true) throw bad('a document is an object');
  return text;
}

function write(value: unknown, depth: number, missing: Missing): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return longText(value);
    case 'undefined':
      return missing;
    case 'object':
      return value === null ? 'null' : objectText(value, depth, missing);
    case 'function':
    case 'symbol':
      return undefined;
  }
}

function objectText(value: object, depth: number, missing: Missing): string | undefined {
  if (depth > MAX_DEPTH) throw bad(`it nests deeper than ${MAX_DEPTH} levels, or holds itself`);
  if ('toBSON' in value && typeof value.toBSON === 'function') {
    return write((value as { toBSON(): unknown }).toBSON(), depth + 1, missing);
  }
  if (Array.isArray(value)) return arrayText(value, depth, missing);
  if (value instanceof Date) return dateText(value);
  if (value instanceof Uint8Array) {
    return `{"$binary":{"base64":"${toBase64(value)}","subType":"00"}}`;
  }
  if (value instanceof RegExp) return regularExpressionText(value);
  if (value instanceof Map) return membersText(value.entries(), depth, missing);
  if ('_bsontype' in value) return taggedText(value, depth, missing);
  return membersText(Object.entries(value), depth, missing);
}

function arrayText(values: readonly unknown[], depth: number, missing: Missing): string {
  let text = '[';
  for (let at = 0; at < values.length; at++) {
    text += `${at === 0 ? '' : ','}${write(values[at], depth + 1, missing) ?? 'null'}`;
  }
  return `${text}]`;
}

function membersText(
  members: Iterable<[unknown, unknown]>,
  depth: number,
  missing: Missing,
): string {
  let text = '{';
  for (const [name, member] of members) {
    const written = write(member, depth + 1, missing);
    if (written === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(String(name))}:${written}`;
  }
  return `${text}}`;
}

function taggedText(value: TaggedValue, depth: number, missing: Missing): string | undefined {
  if (typeof value.toExtendedJSON !== 'function') {
    throw bad(`a value tagged ${String(value._bsontype)} has no toExtendedJSON`);
  }
  return write(value.toExtendedJSON(EXACTLY), depth + 1, missing);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return `{"$numberDouble":"${value}"}`;
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  const text = String(value);
  // Whole, yet a double: digits alone would be read as an integer, which may not fit.
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function longText(value: bigint): string {
  if (BigInt.asIntN(INT64_BITS, value) !== value) throw bad(`${value} does not fit in 64 bits`);
  return `{"$numberLong":"${value}"}`;
}

function dateText(value: Date): string {
  const ms = value.getTime();
  if (Number.isNaN(ms)) throw bad('a date in it is invalid');
  return ms >= FIRST_TEXT_MS && ms <= LAST_TEXT_MS
    ? `{"$date":"${value.toISOString()}"}`
    : `{"$date":{"$numberLong":"${ms}"}}`;
}

/** Options in the order of the alphabet, as the server wants them; `g` is `s`, as in the driver. */
function regularExpressionText(value: RegExp): string {
  const options = `${value.ignoreCase ? 'i' : ''}${value.multiline ? 'm' : ''}${value.global ? 's' : ''}`;
  return `{"$regularExpression":{"pattern":${JSON.stringify(value.source)},"options":"${options}"}}`;
}

function bad(reason: string): Error {
  return ownError('bad-argument', reason);
}
