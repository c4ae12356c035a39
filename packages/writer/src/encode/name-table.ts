interface Row<T> {
  readonly name: Uint8Array;
  readonly value: T;
}

/** Finds a value by a name that lies in a buffer, without making a string of it. */
export class NameTable<T> {
  readonly #byLength: Row<T>[][] = [];

  constructor(entries: Iterable<readonly [string, T]>) {
    for (const [text, value] of entries) {
      const name = Buffer.from(text, 'utf8');
      while (this.#byLength.length <= name.length) this.#byLength.push([]);
      this.#byLength[name.length]?.push({ name, value });
    }
  }

  /** The value under the name in bytes [start, end). */
  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    const length = end - start;
    if (length >= this.#byLength.length) return undefined;
    const rows = this.#byLength[length] as Row<T>[];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row<T>;
      let at = 0;
      while (at < length && row.name[at] === bytes[start + at]) at++;
      if (at === length) return row.value;
    }
    return undefined;
  }
}
