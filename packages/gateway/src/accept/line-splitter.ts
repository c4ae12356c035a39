import type { HeadraceError } from '@headrace/base';
import { gatewayErrors } from '../errors.ts';

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

/** A line of a body: its bytes, or why it was passed over. */
export interface Line {
  /** From 1, blank lines counted, so that it is the line of the caller's file. */
  readonly number: number;
  /** Without the newline; empty for a line that was passed over. */
  readonly bytes: Buffer;
  readonly refusal: HeadraceError | undefined;
}

/**
 * Cuts a stream of chunks into lines. A line inside a chunk is a view into it; only what crosses
 * chunks is kept, and never more than `maxLineBytes`.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #number = 0;
  #parts: Buffer[] = [];
  #carriedBytes = 0;
  #refusal: HeadraceError | undefined;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Bytes kept of a line that has not ended yet. */
  get carriedBytes(): number {
    return this.#carriedBytes;
  }

  *lines(chunk: Buffer): Generator<Line, void, void> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield this.#line(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
  }

  /** The line that no newline ended, if there is one. */
  rest(): Line | undefined {
    const isThere = this.#carriedBytes > 0 || this.#refusal !== undefined;
    return isThere ? this.#line(NOTHING) : undefined;
  }

  /** Drops what was carried and whatever else comes of this line, which fails with the error. */
  passOver(refusal: HeadraceError): void {
    this.#refusal = refusal;
    this.#forget();
  }

  #line(end: Buffer): Line {
    this.#number += 1;
    if (this.#carriedBytes === 0 && this.#refusal === undefined) {
      if (end.length > this.#maxLineBytes) this.passOver(this.#tooLong());
      else return { number: this.#number, bytes: end, refusal: undefined };
    } else this.#carry(end);
    const refusal = this.#refusal;
    const bytes = refusal === undefined ? Buffer.concat(this.#parts, this.#carriedBytes) : NOTHING;
    this.#refusal = undefined;
    this.#forget();
    return { number: this.#number, bytes, refusal };
  }

  #carry(part: Buffer): void {
    if (this.#refusal !== undefined) return;
    this.#parts.push(part);
    this.#carriedBytes += part.length;
    if (this.#carriedBytes > this.#maxLineBytes) this.passOver(this.#tooLong());
  }

  #tooLong(): HeadraceError {
    return gatewayErrors.create('body-too-large', { maxBytes: this.#maxLineBytes });
  }

  #forget(): void {
    this.#parts = [];
    this.#carriedBytes = 0;
  }
}

/** Whether a line has nothing but white space in it. */
export function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) {
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}
