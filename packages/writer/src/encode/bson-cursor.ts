import { isUtf8 } from 'node:buffer';
import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';

/** Bounded reads from BSON that nobody has checked yet; every refusal is `bad-bson`. */
export class BsonCursor {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The int32 at `at`, which must end by `limit`. */
  int32(at: number, limit: number): number {
    if (limit - at < 4) throw this.bad(at, 'a length is cut off');
    return readInt32(this.bytes, at);
  }

  /** The end of a value of `size` bytes at `at`. */
  skip(at: number, size: number, limit: number): number {
    if (size > limit - at) throw this.bad(at, 'a value reaches beyond its document');
    return at + size;
  }

  /** Checks a length, the text and its NUL; gives the end. */
  text(at: number, limit: number): number {
    const length = this.int32(at, limit);
    const start = at + 4;
    if (length < 1 || length > limit - start) throw this.bad(at, 'a string has a wrong length');
    const last = start + length - 1;
    if (this.bytes[last] !== 0) throw this.bad(last, 'a string does not end in NUL');
    for (let i = start; i < last; i++) {
      if ((this.bytes[i] as number) >= 0x80) {
        this.#checkUtf8(i, last);
        break;
      }
    }
    return last + 1;
  }

  /** Checks a text that ends at the first NUL; gives the offset of the NUL. */
  nameEnd(at: number, limit: number): number {
    let end = at;
    let isAscii = true;
    for (; end < limit; end++) {
      const byte = this.bytes[end] as number;
      if (byte === 0) {
        if (!isAscii) this.#checkUtf8(at, end);
        return end;
      }
      if (byte >= 0x80) isAscii = false;
    }
    throw this.bad(at, 'a name or pattern does not end inside its document');
  }

  bad(offset: number, reason: string): HeadraceError {
    return writerErrors.create('bad-bson', { offset, reason });
  }

  #checkUtf8(start: number, end: number): void {
    if (!isUtf8(this.bytes.subarray(start, end))) throw this.bad(start, 'a text is not UTF-8');
  }
}

/** The int32 at `at`, which must lie inside the bytes. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
