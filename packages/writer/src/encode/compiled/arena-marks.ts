/** Where a document lies in its chunk. */
export interface Mark {
  /** Of the room for an `_id`, if any is kept, else of the document. */
  readonly start: number;
  readonly end: number;
  readonly reservedBytes: number;
}

const PLACES = 4;
const FIRST_DOCUMENTS = 128;
/** Marks of more documents are not kept for the next group. */
const KEPT_DOCUMENTS = 8_192;

/** Where the documents of an arena lie: four numbers each and no object. */
export class ArenaMarks {
  #marks = new Int32Array(FIRST_DOCUMENTS * PLACES);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Notes where a document lies; gives its number. */
  add(start: number, end: number): number {
    const at = this.#count * PLACES;
    if (at === this.#marks.length) this.#lengthen();
    this.#marks[at] = start;
    this.#marks[at + 1] = end;
    return this.#count++;
  }

  /** Notes in which chunk it does, and the room it begins with. */
  place(number: number, chunk: number, reservedBytes: number): void {
    const at = number * PLACES;
    this.#marks[at + 2] = chunk;
    this.#marks[at + 3] = reservedBytes;
  }

  read(number: number): Mark & { readonly chunk: number } {
    if (number >= this.#count) return { chunk: 0, start: 0, end: 0, reservedBytes: 0 };
    const at = number * PLACES;
    const [start = 0, end = 0, chunk = 0, reservedBytes = 0] = this.#marks.subarray(
      at,
      at + PLACES,
    );
    return { chunk, start, end, reservedBytes };
  }

  clear(): void {
    this.#count = 0;
    if (this.#marks.length > KEPT_DOCUMENTS * PLACES) {
      this.#marks = new Int32Array(FIRST_DOCUMENTS * PLACES);
    }
  }

  #lengthen(): void {
    const longer = new Int32Array(this.#marks.length * 2);
    longer.set(this.#marks);
    this.#marks = longer;
  }
}
