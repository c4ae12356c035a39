import type { LeafKind } from './put-value.ts';

interface KindSource {
  /** An expression. */
  readonly test: string;
  /** Statements that move `p` behind the value. */
  readonly put: string;
}

/**
 * The kinds that most documents are made of, as source: `v` is the value, `p` where it goes, `b` and
 * `d` are the arena's bytes and view, `t` may be used in between. The other kinds call what closures
 * call. A test says the same as in `VALUE_TESTS`, a put the same as in `LEAF_WRITERS`; the same
 * tests run over both. Written out at each field they see one class of values each, so that the
 * engine can reduce the questions about it to one.
 */
export const KIND_SOURCES: Readonly<Partial<Record<LeafKind, KindSource>>> = {
  string: { test: `typeof v === 'string'`, put: 'p = putString(a, p, v);' },
  int: {
    test: `typeof v === 'number' && (v | 0) === v && (v !== 0 || 1 / v > 0)`,
    put: 'd.setInt32(p, v, true); p += 4;',
  },
  double: { test: `typeof v === 'number'`, put: 'd.setFloat64(p, v, true); p += 8;' },
  bool: { test: `typeof v === 'boolean'`, put: 'b[p++] = v ? 1 : 0;' },
  date: {
    test: `v instanceof Date && ${untagged()} && Number.isSafeInteger(t = v.getTime())`,
    put: 'd.setInt32(p, t | 0, true); d.setInt32(p + 4, Math.floor(t / 4294967296), true); p += 8;',
  },
  decimal: { test: tagged('Decimal128'), put: `t = v.bytes; ${copied(16)} p += 16;` },
  objectId: { test: tagged('ObjectId'), put: 'p += v.serializeInto(b, p);' },
  long: {
    test: tagged('Long'),
    put: 'd.setInt32(p, v.getLowBits(), true); d.setInt32(p + 4, v.getHighBits(), true); p += 8;',
  },
};

/** The test for objects that are documents; it leaves their shape in `t`. */
export const OBJECT_TEST = `typeof v === 'object' && v !== null && ${untagged()} && (t = untaggedShape(v)) !== 0`;

/** The test for arrays. */
export const ARRAY_TEST = `Array.isArray(v) && Object.getPrototypeOf(v) === Array.prototype && ${untagged()} && v[Symbol.toStringTag] === undefined`;

function untagged(): string {
  return 'v.toBSON === undefined && v._bsontype === undefined';
}

function tagged(name: string): string {
  return `typeof v === 'object' && v !== null && v[TYPE] === '${name}' && v[VERSION] === MAJOR_VERSION && v._bsontype === '${name}' && v.toBSON === undefined`;
}

function copied(bytes: number): string {
  return Array.from({ length: bytes }, (_, i) => `b[p + ${i}] = t[${i}];`).join(' ');
}
