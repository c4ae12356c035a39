import { BsonCheck } from '../bson-check.ts';
import { encodeObject } from '../encode-object.ts';
import { ARRAY, REGEX } from '../element-type.ts';
import { documentBytes, MAX_DOCUMENT_BYTES, type EncodeOptions } from '../encoded-document.ts';
import type { Arena } from './arena.ts';
import { FallBacks, OTHER_DOCUMENT, type FallBackCounts } from './fall-backs.ts';
import type { WriteRoot } from './object-writer.ts';
import { putIdFirst } from './put-id-first.ts';
import { arePrototypesPlain } from './value-tests.ts';

/** What `compileEncoder` found out of a schema. */
export interface CompiledWriter {
  readonly write: WriteRoot;
  /** Bytes it may write without asking for room. */
  readonly marginBytes: number;
}

/** Writes documents of one collection into arenas. Made by `compileEncoder`. */
export class CompiledEncoder {
  readonly #write: WriteRoot;
  readonly #options: EncodeOptions;
  readonly #reservedBytes: number;
  readonly #maxBytes: number;
  readonly #marginBytes: number;
  readonly #fallBacks = new FallBacks();

  /** @internal */
  constructor({ write, marginBytes }: CompiledWriter, options: EncodeOptions) {
    const { reservedBytes, maxDocumentBytes = MAX_DOCUMENT_BYTES } = options;
    this.#write = write;
    this.#marginBytes = marginBytes;
    this.#reservedBytes = reservedBytes;
    this.#maxBytes = maxDocumentBytes;
    this.#options = { reservedBytes, maxDocumentBytes };
  }

  /** How often this encoder had to leave something to the general one. */
  get fallBacks(): FallBackCounts {
    return this.#fallBacks.read();
  }

  /**
   * Writes a document behind those the arena holds, as `encodeObject` does: the bytes of
   * `BSON.serialize` with undefined as null, `_id` first, room for one that is missing. What
   * `encodeObject` refuses it refuses with the same error, and the arena stays as it was.
   * @returns the document's number in the arena
   */
  encode(document: object, arena: Arena): number {
    const end = arePrototypesPlain() ? this.#writeInto(arena, document) : -1;
    if (end < 0) return this.#encodeGenerally(document, arena);
    const { reservedBytes } = arena;
    const start = arena.start + reservedBytes;
    if (arena.isUnchecked) new BsonCheck(arena.bytes.subarray(start, end)).run();
    if (arena.idAt > 0) putIdFirst(arena, start);
    this.#fallBacks.count(arena.strayed);
    return arena.end(end, reservedBytes);
  }

  /** The end of the document; -1 where the general encoder has to write it, or to refuse it. */
  #writeInto(arena: Arena, document: object): number {
    for (;;) {
      arena.begin(this.#marginBytes);
      let end: number;
      try {
        end = this.#write(arena, document, this.#reservedBytes);
      } catch {
        // Whatever js-bson or the document itself threw, it throws again where it is reported. Only a
        // number that found no room is written again, where there is more.
        if (arena.lacking === 0) return -1;
        end = arena.bytes.length;
      }
      if (arena.lacking === 0) return this.#isSound(arena, end) ? end : -1;
      const needed = end - arena.start + arena.lacking + 2 * this.#marginBytes;
      if (!arena.enlarge(needed, this.#maxBytes + 2 * this.#marginBytes)) return -1;
    }
  }

  #isSound(arena: Arena, end: number): boolean {
    if (end - arena.start > this.#maxBytes) return false;
    const { idAt } = arena;
    // Without an `_id` to be found there was one to be seen: it is inherited, or hidden.
    if (idAt === 0) return arena.reservedBytes === this.#reservedBytes;
    const type = arena.bytes[idAt];
    return type !== ARRAY && type !== REGEX;
  }

  #encodeGenerally(document: object, arena: Arena): number {
    const encoded = encodeObject(document, this.#options);
    const { id } = encoded;
    const bytes = id === undefined ? encoded.buffer : documentBytes(encoded);
    this.#fallBacks.count(OTHER_DOCUMENT);
    return arena.add(bytes, id === undefined ? encoded.reservedBytes : 0);
  }
}
