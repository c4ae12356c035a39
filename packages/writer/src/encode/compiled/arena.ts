import type { EncodedDocument, IdValue } from '../encoded-document.ts';
import { idOfDocument, isIdName } from '../id-of-document.ts';
import { ArenaMarks } from './arena-marks.ts';

export interface ArenaOptions {
  /** Bytes of the first chunk; 64 KiB unless told. */
  readonly firstBytes?: number;
  /** Most bytes kept for the next group by `clear`; 4 MiB unless told. */
  readonly keepBytes?: number;
}

interface Chunk {
  readonly bytes: Buffer;
  readonly view: DataView;
  used: number;
}

/** Behind the length of a document. */
const ELEMENTS_AT = 4;
const FIRST_BYTES = 64 * 1024;
const KEEP_BYTES = 4 * 1024 * 1024;
/** From here on chunks stop to double, as groups are a few MiB. */
const MAX_DOUBLED_BYTES = 4 * 1024 * 1024;

/**
 * The memory of one group: documents are written into it one behind the other, as they stand in a
 * kind-1 section of OP_MSG.
 *
 * The arena owns the bytes. Every view it gives out is good until `clear`, which lets the next group
 * overwrite them: who needs a document longer copies it. It grows by further chunks and moves
 * nothing. How far it grows is up to who fills it, by `usedBytes`; `clear` lets go of all above
 * `keepBytes`.
 */
export class Arena {
  /** What an encoder writes into; `limit` is where it has to stop. For encoders only. */
  bytes: Buffer;
  view: DataView;
  limit: number;
  /** Where the document that was begun lies, with its room. */
  start = 0;
  /** Bytes that were wanted beyond the limit. */
  lacking = 0;
  /** Bits of why values of this document went another way; see `fall-backs.ts`. */
  strayed = 0;
  /** Something was written that only a walk over all of it can find right. */
  isUnchecked = false;
  /** The room that is kept before this document for an `_id`. */
  reservedBytes = 0;
  /** Where the element `_id` of this document lies; 0 without one. */
  idAt = 0;
  idEnd = 0;

  readonly #keepBytes: number;
  readonly #marks = new ArenaMarks();
  #chunks: Chunk[];
  #current: Chunk;

  constructor({ firstBytes = FIRST_BYTES, keepBytes = KEEP_BYTES }: ArenaOptions = {}) {
    this.#keepBytes = keepBytes;
    this.#current = newChunk(firstBytes);
    this.#chunks = [this.#current];
    this.bytes = this.#current.bytes;
    this.view = this.#current.view;
    this.limit = 0;
  }

  /** How many documents it holds. */
  get count(): number {
    return this.#marks.count;
  }

  /** Bytes of all documents, with the room kept for their `_id`s. */
  get usedBytes(): number {
    return this.#chunks.reduce((sum, { used }) => sum + used, 0);
  }

  /** The document of this number, from 0. */
  document(number: number): EncodedDocument {
    const { chunk, start, end, reservedBytes } = this.#marks.read(number);
    const { bytes } = this.#chunks[chunk] as Chunk;
    const buffer = bytes.subarray(start, end);
    const id = reservedBytes === 0 ? leadingId(buffer) : undefined;
    return { buffer, reservedBytes, id };
  }

  /**
   * All documents one behind the other, as few views as there are chunks: mostly one. A document
   * whose `_id` has still to be made (`placeId`) begins with the room for it.
   */
  sections(): readonly Uint8Array[] {
    return this.#chunks
      .filter(({ used }) => used > 0)
      .map(({ bytes, used }) => bytes.subarray(0, used));
  }

  /** Forgets all documents; their bytes are overwritten from now on. */
  clear(): void {
    const kept = this.#chunks.filter(({ bytes }) => bytes.length <= this.#keepBytes).at(-1);
    const chunk = kept ?? newChunk(Math.min(FIRST_BYTES, this.#keepBytes));
    chunk.used = 0;
    this.#chunks = [chunk];
    this.#enter(chunk);
    this.#marks.clear();
  }

  /**
   * Begins a document; for encoders only.
   * @param marginBytes what it may take beyond `limit` without asking
   */
  begin(marginBytes: number): void {
    this.lacking = 0;
    this.strayed = 0;
    this.isUnchecked = false;
    this.idAt = 0;
    this.limit = this.bytes.length - marginBytes;
  }

  /**
   * Goes to a chunk with room for a document that lacks it; what was begun is lost. False if that
   * would be more than `mostBytes`. For encoders only.
   */
  enlarge(neededBytes: number, mostBytes: number): boolean {
    const { used, bytes } = this.#current;
    if (neededBytes > mostBytes || (used === 0 && bytes.length >= mostBytes)) return false;
    const doubled = Math.min(bytes.length * 2, MAX_DOUBLED_BYTES);
    const chunk = newChunk(Math.max(doubled, Math.min(neededBytes * 2, mostBytes)));
    // A chunk nothing was written to is of no more use.
    if (used === 0) this.#chunks.pop();
    this.#chunks.push(chunk);
    this.#enter(chunk);
    return true;
  }

  /** Ends a document and gives its number; for encoders only. */
  end(end: number, reservedBytes: number): number {
    const number = this.#marks.add(this.start, end);
    this.#marks.place(number, this.#chunks.length - 1, reservedBytes);
    this.start = end;
    this.#current.used = end;
    return number;
  }

  /** Takes in a document written elsewhere, its room in front; for encoders only. */
  add(document: Uint8Array, reservedBytes: number): number {
    const { length } = document;
    if (this.start + length > this.bytes.length) this.enlarge(length, length);
    this.bytes.set(document, this.start);
    return this.end(this.start + length, reservedBytes);
  }

  #enter(chunk: Chunk): void {
    this.#current = chunk;
    this.bytes = chunk.bytes;
    this.view = chunk.view;
    this.start = chunk.used;
  }
}

/** The `_id` a document begins with, if it does. */
function leadingId(document: Buffer): IdValue | undefined {
  return isIdName(document, ELEMENTS_AT + 1) ? idOfDocument(document) : undefined;
}

function newChunk(length: number): Chunk {
  const bytes = Buffer.allocUnsafeSlow(length);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, length), used: 0 };
}
