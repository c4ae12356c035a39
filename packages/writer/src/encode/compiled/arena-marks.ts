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

  /** Notes a document in the chunk of this number; gives the document's. */
  add(chunk: number, { start, end, reservedBytes }: Mark): number {
    const at = this.#count * PLACES;
    if (at === this.#marks.length) this.#lengthen();
    const marks = this.#marks;
    marks[at] = chunk;
    marks[at + 1] = start;
    marks[at + 2] = end;
    marks[at + 3] = reservedBytes;
    return this.#count++;
  }

  read(number: number): Mark & { readonly chunk: number } {
    if (number >= this.#count) return { chunk: 0, start: 0, end: 0, reservedBytes: 0 };
    const at = number * PLACES;
    const [chunk = 0, start = 0, end = 0, reservedBytes = 0] = this.#marks.subarray(
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
