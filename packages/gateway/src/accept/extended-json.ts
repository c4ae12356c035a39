import { BSON, EJSON, Long } from 'bson';

/** Keeps every type of BSON apart, so that nothing is lost on the way to Extended JSON. */
const EXACTLY = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
};

/**
 * A stored document as Extended JSON v2 (MongoDB's specification of that name). Relaxed: plain
 * numbers, except integers that a double can not hold, which keep `$numberLong` and their digits.
 */
export function toExtendedJson(document: Uint8Array, canonical: boolean): string {
  const value = BSON.deserialize(document, EXACTLY);
  return canonical
    ? EJSON.stringify(value, { relaxed: false })
    : EJSON.stringify(keepLargeLongs(value), { relaxed: true });
}

function keepLargeLongs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keepLargeLongs);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Long) return isExact(value) ? value : { $numberLong: value.toString() };
  if ('_bsontype' in value || value instanceof Date) return value;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    Object.defineProperty(copy, name, { value: keepLargeLongs(part), ...OWN });
  }
  return copy;
}

/** Defined, not assigned: a stored field may be called `__proto__`. */
const OWN = { enumerable: true, configurable: true, writable: true };

function isExact(value: Long): boolean {
  return Number.isSafeInteger(value.toNumber());
}
