import { writerErrors } from '../errors.ts';
import { BsonCursor } from './bson-cursor.ts';
import * as element from './element-type.ts';
import { FieldNames } from './field-names.ts';
import { FieldPath, MAX_DEPTH } from './field-path.ts';
import { isIdName } from './id-of-document.ts';
import { checkIdType, checkName, REPEATED_NAME } from './name-rules.ts';

/** Lengths of the values that always have the same. */
const FIXED_BYTES = new Map<number, number>([
  [element.DOUBLE, 8],
  [element.UNDEFINED, 0],
  [element.OBJECT_ID, 12],
  [element.DATE, 8],
  [element.NULL, 0],
  [element.INT32, 4],
  [element.TIMESTAMP, 8],
  [element.INT64, 8],
  [element.DECIMAL128, 16],
  [element.MIN_KEY, 0],
  [element.MAX_KEY, 0],
]);

const REGEX_OPTIONS = Buffer.from('ilmsux');
const names = new FieldNames();

/** Walks over BSON that a caller sent and refuses whatever is not entirely right. */
export class BsonCheck {
  /** Where the element `_id` lies; -1 without one. */
  idStart = -1;
  idEnd = -1;
  readonly #cursor: BsonCursor;
  readonly #path = new FieldPath();

  constructor(bytes: Uint8Array) {
    this.#cursor = new BsonCursor(bytes);
  }

  /** Throws `bad-bson`, `bad-field-name`, `bad-id`, `too-deep`. */
  run(): void {
    const { length } = this.#cursor.bytes;
    try {
      const end = this.#document(0, length, true);
      if (end !== length) throw this.#cursor.bad(end, 'something stands behind the document');
    } finally {
      names.clear();
    }
  }

  #document(at: number, limit: number, isNamed: boolean): number {
    const cursor = this.#cursor;
    const { bytes } = cursor;
    const length = cursor.int32(at, limit);
    if (length < 5 || length > limit - at) {
      throw cursor.bad(at, 'a document has a length that does not fit');
    }
    const last = at + length - 1;
    if (bytes[last] !== 0) throw cursor.bad(last, 'a document does not end in NUL');
    this.#enter(at);
    const { depth, nameAt } = this.#path;
    if (isNamed) names.open(depth);
    for (let next = at + 4; next < last;) {
      const start = next;
      nameAt[depth] = start + 1;
      const nameEnd = cursor.nameEnd(start + 1, last);
      if (isNamed) this.#checkName(nameEnd);
      next = this.#value(bytes[start] as number, nameEnd + 1, last);
      if (depth === 1 && isIdName(bytes, start + 1)) this.#noteId(start, next);
    }
    this.#path.depth--;
    return last + 1;
  }

  #enter(at: number): void {
    if (this.#path.depth === MAX_DEPTH) {
      throw writerErrors.create('too-deep', { offset: at, maxDepth: MAX_DEPTH });
    }
    this.#path.depth++;
  }

  #checkName(end: number): void {
    const { bytes } = this.#cursor;
    checkName(this.#path, bytes, end);
    if (names.repeats(this.#path, bytes, end)) {
      const path = this.#path.pointer(bytes);
      throw writerErrors.create('bad-field-name', { path, reason: REPEATED_NAME });
    }
  }

  #noteId(start: number, end: number): void {
    checkIdType(this.#cursor.bytes[start] as number);
    this.idStart = start;
    this.idEnd = end;
  }

  /** Checks one value and gives its end. */
  #value(type: number, at: number, limit: number): number {
    const cursor = this.#cursor;
    const fixed = FIXED_BYTES.get(type);
    if (fixed !== undefined) return cursor.skip(at, fixed, limit);
    switch (type) {
      case element.STRING:
      case element.CODE:
      case element.SYMBOL:
        return cursor.text(at, limit);
      case element.DOCUMENT:
        return this.#document(at, limit, true);
      case element.ARRAY:
        return this.#document(at, limit, false);
      case element.BINARY:
        return this.#binary(at, limit);
      case element.BOOLEAN:
        if (((cursor.bytes[at] ?? 2) & ~1) !== 0)
          throw cursor.bad(at, 'a boolean is neither 0 nor 1');
        return cursor.skip(at, 1, limit);
      case element.REGEX:
        return this.#regex(at, limit);
      case element.DB_POINTER:
        return cursor.skip(cursor.text(at, limit), 12, limit);
      case element.CODE_WITH_SCOPE:
        return this.#codeWithScope(at, limit);
      default:
        throw cursor.bad(at, `no BSON type has the number ${type}`);
    }
  }

  #binary(at: number, limit: number): number {
    const cursor = this.#cursor;
    const length = cursor.int32(at, limit);
    const start = cursor.skip(at, 5, limit);
    if (length < 0) throw cursor.bad(at, 'a binary has a negative length');
    if (cursor.bytes[at + 4] === element.OLD_BINARY_SUBTYPE) {
      if (length < 4 || cursor.int32(start, limit) !== length - 4) {
        throw cursor.bad(start, 'the two lengths of an old binary do not agree');
      }
    }
    return cursor.skip(start, length, limit);
  }

  #regex(at: number, limit: number): number {
    const cursor = this.#cursor;
    const options = cursor.nameEnd(at, limit) + 1;
    const end = cursor.nameEnd(options, limit);
    for (let i = options; i < end; i++) {
      if (!REGEX_OPTIONS.includes(cursor.bytes[i] as number)) {
        throw cursor.bad(i, 'options of a regular expression are letters of "ilmsux"');
      }
    }
    return end + 1;
  }

  #codeWithScope(at: number, limit: number): number {
    const cursor = this.#cursor;
    const length = cursor.int32(at, limit);
    const end = cursor.skip(at, length, limit);
    if (this.#document(cursor.text(at + 4, end), end, true) !== end) {
      throw cursor.bad(at, 'code with scope has a length that does not agree with its parts');
    }
    return end;
  }
}
