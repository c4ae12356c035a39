import { ARRAY, DOCUMENT, STRING } from '../element-type.ts';
import type { BsonField } from './bson-fields.ts';

/**
 * Puts BSON together from names, texts and values that are BSON already. Through objects some would
 * not stay what they are: names of digits change places, and `_bsontype` is taken for a type.
 */
export class BsonWriter {
  #out = Buffer.allocUnsafe(1024);
  #size = 0;

  /** An embedded document, filled inside the call. */
  object(name: string, fill: () => void): void {
    this.#embed(DOCUMENT, name, fill);
  }

  /** An array; its elements are named by their index, as BSON has it. */
  array(name: string, fill: () => void): void {
    this.#embed(ARRAY, name, fill);
  }

  text(name: string, value: string): void {
    this.#name(STRING, name);
    const bytes = Buffer.byteLength(value) + 1;
    this.#reserve(4 + bytes);
    this.#out.writeInt32LE(bytes, this.#size);
    this.#out.write(`${value}\0`, this.#size + 4);
    this.#size += 4 + bytes;
  }

  value({ name, type, value }: BsonField): void {
    this.#name(type, name);
    this.#reserve(value.length);
    this.#out.set(value, this.#size);
    this.#size += value.length;
  }

  /** What was written, as a whole document or array. */
  static document(fill: (writer: BsonWriter) => void): Uint8Array {
    const writer = new BsonWriter();
    writer.#body(() => {
      fill(writer);
    });
    return writer.#out.subarray(0, writer.#size);
  }

  #embed(type: number, name: string, fill: () => void): void {
    this.#name(type, name);
    this.#body(fill);
  }

  #body(fill: () => void): void {
    const start = this.#size;
    this.#reserve(4);
    this.#size += 4;
    fill();
    this.#reserve(1);
    this.#out[this.#size++] = 0;
    this.#out.writeInt32LE(this.#size - start, start);
  }

  #name(type: number, name: string): void {
    this.#reserve(2 + Buffer.byteLength(name));
    this.#out[this.#size++] = type;
    this.#size += this.#out.write(`${name}\0`, this.#size);
  }

  #reserve(bytes: number): void {
    const needed = this.#size + bytes;
    if (needed <= this.#out.length) return;
    const old = this.#out;
    this.#out = Buffer.allocUnsafe(Math.max(needed, old.length * 2));
    old.copy(this.#out, 0, 0, this.#size);
  }
}
