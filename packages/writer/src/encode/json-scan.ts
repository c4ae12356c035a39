import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import { FieldNames } from './field-names.ts';
import { FieldPath } from './field-path.ts';

const EMPTY = new Uint8Array(0);
const KEPT_BYTES = 1 << 20;
/** More than any element takes beside the text it is read from: type, index, lengths, value. */
const ELEMENT_ROOM = 64;

/** Where a text lies: in the JSON for a number, in the output for a decoded string. */
export interface TextRange {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * The state of one reading of JSON text into BSON: where it reads and where it writes. One is used
 * again for every document; the output is a scratch buffer that grows by doubling.
 */
export class JsonScan {
  text: Uint8Array = EMPTY;
  at = 0;
  end = 0;
  out: Buffer = Buffer.allocUnsafeSlow(1 << 16);
  view: DataView = viewOf(this.out);
  size = 0;
  /** The element `_id` in `out`, its start -1 while none was seen. */
  idStart = -1;
  idEnd = -1;
  readonly path = new FieldPath();
  readonly names = new FieldNames();
  #maxBytes = 0;

  begin(text: Uint8Array, maxBytes: number): void {
    this.text = text;
    this.at = 0;
    this.end = text.length;
    this.size = 0;
    this.idStart = -1;
    this.path.depth = 0;
    this.#maxBytes = maxBytes;
    this.reserve();
  }

  /** Lets go of the caller's text and of an unusually large scratch. */
  release(): void {
    this.text = EMPTY;
    this.names.clear();
    if (this.out.length > KEPT_BYTES) this.#replace(1 << 16);
  }

  /**
   * Makes room for one element and all the text that is left, so that nothing else needs to look:
   * no string grows when decoded, and every closing bracket pays for its terminator.
   */
  reserve(): void {
    const needed = this.size + this.end - this.at + ELEMENT_ROOM;
    if (needed > this.out.length) this.#grow(needed);
  }

  /** Skips white space and gives the byte it stands on, -1 at the end. */
  peek(): number {
    const { text, end } = this;
    let at = this.at;
    while (at < end) {
      const byte = text[at] as number;
      if (byte > 0x20) {
        this.at = at;
        return byte;
      }
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    this.at = at;
    return at < end ? (text[at] as number) : -1;
  }

  /** Passes the given byte, after white space, or throws `bad-json`. */
  pass(byte: number): void {
    if (this.peek() !== byte) throw this.badJson(`"${String.fromCharCode(byte)}" is expected here`);
    this.at++;
  }

  setType(type: number): void {
    const { depth, nameAt } = this.path;
    this.out[(nameAt[depth] as number) - 1] = type;
  }

  writeInt32(at: number, value: number): void {
    const { out } = this;
    out[at] = value;
    out[at + 1] = value >> 8;
    out[at + 2] = value >> 16;
    out[at + 3] = value >> 24;
  }

  pointer(): string {
    return this.path.pointer(this.out);
  }

  badJson(reason: string): HeadraceError {
    const shown = this.at >= this.end ? 'the text ends too early' : reason;
    return writerErrors.create('bad-json', { offset: this.at, reason: shown });
  }

  badExtended(reason: string): HeadraceError {
    return writerErrors.create('bad-extended-json', { path: this.pointer(), reason });
  }

  #grow(needed: number): void {
    if (this.size > this.#maxBytes) {
      const details = { bytes: this.size, maxBytes: this.#maxBytes };
      throw writerErrors.create('document-too-large', details);
    }
    const old = this.out;
    this.#replace(Math.max(needed, old.length * 2));
    old.copy(this.out, 0, 0, this.size);
  }

  #replace(bytes: number): void {
    this.out = Buffer.allocUnsafeSlow(bytes);
    this.view = viewOf(this.out);
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
