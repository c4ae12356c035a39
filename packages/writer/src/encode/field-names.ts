import { MAX_DEPTH, type FieldPath } from './field-path.ts';

/** Up to this many fields an object is searched from end to end, beyond it a set remembers. */
const SEARCHED_FIELDS = 32;

/**
 * Finds a field name that comes twice in one object. A usual object costs one bit test a field:
 * names are only compared when two of them fall on the same of 32 bits.
 */
export class FieldNames {
  readonly #starts = new Int32Array((MAX_DEPTH + 1) * SEARCHED_FIELDS);
  readonly #marks = new Int32Array((MAX_DEPTH + 1) * SEARCHED_FIELDS);
  readonly #counts = new Int32Array(MAX_DEPTH + 1);
  readonly #seenBits = new Int32Array(MAX_DEPTH + 1);
  readonly #sets: (Set<string> | undefined)[] = [];

  /** Forgets the names of a level: a new object begins there. */
  open(level: number): void {
    this.#counts[level] = 0;
    this.#seenBits[level] = 0;
  }

  /** Notes the name at `path` (it ends before `end`, with a NUL) and says whether it was there. */
  repeats(path: FieldPath, bytes: Uint8Array, end: number): boolean {
    const level = path.depth;
    const start = path.nameAt[level] as number;
    const count = this.#counts[level] as number;
    this.#counts[level] = count + 1;
    if (count >= SEARCHED_FIELDS)
      return this.#repeatsInSet(level, bytes, nameText(bytes, start, end));
    const length = end - start;
    const ends = ((bytes[start] as number) << 8) | (length === 0 ? 0 : (bytes[end - 1] as number));
    const mark = (length << 16) ^ ends;
    const bit = 1 << (Math.imul(mark, 0x9e3779b1) >>> 27);
    const base = level * SEARCHED_FIELDS;
    const seenBits = this.#seenBits[level] as number;
    if ((seenBits & bit) !== 0) {
      for (let i = base; i < base + count; i++) {
        const other = this.#starts[i] as number;
        if (this.#marks[i] === mark && sameName(bytes, start, other)) return true;
      }
    }
    this.#seenBits[level] = seenBits | bit;
    this.#starts[base + count] = start;
    this.#marks[base + count] = mark;
    return false;
  }

  /** Lets go of what a document with many fields left behind. */
  clear(): void {
    this.#sets.length = 0;
  }

  #repeatsInSet(level: number, bytes: Uint8Array, name: string): boolean {
    let set = this.#sets[level];
    if (set === undefined || this.#counts[level] === SEARCHED_FIELDS + 1) {
      set = new Set();
      for (let i = level * SEARCHED_FIELDS; i < (level + 1) * SEARCHED_FIELDS; i++) {
        const other = this.#starts[i] as number;
        set.add(nameText(bytes, other, bytes.indexOf(0, other)));
      }
      this.#sets[level] = set;
    }
    const before = set.size;
    return set.add(name).size === before;
  }
}

/** Byte by byte as characters: distinct for distinct names, and V8 seeds the hash of strings. */
function nameText(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function sameName(bytes: Uint8Array, one: number, other: number): boolean {
  while (bytes[one] === bytes[other]) {
    if (bytes[one] === 0) return true;
    one++;
    other++;
  }
  return false;
}
