import { element, readInt32, valueEnd } from '../encode/raw-value-port.ts';
import { hashRawValue } from './hash-shard-key-value.ts';
import { nullValue, type RawValue } from './raw-value.ts';

/** One field of a shard key. */
export interface ShardKeyField {
  /** Dotted, as the cluster names it. */
  readonly path: string;
  readonly isHashed: boolean;
}

interface CompiledField extends ShardKeyField {
  /** The names of the path in UTF-8, each with the NUL that ends it in BSON. */
  readonly names: readonly Uint8Array[];
  /** Room for the hash of the document that was read last. */
  readonly hash: Buffer;
}

/** The shard key of a collection, made ready to be read from documents. */
export class ShardKey {
  readonly #fields: readonly CompiledField[];

  /** @param pattern as in `config.collections`: `{customer: 1}`, `{region: 1, customer: 'hashed'}` */
  constructor(pattern: Readonly<Record<string, unknown>>) {
    this.#fields = Object.entries(pattern).map(([path, kind]) => ({
      path,
      isHashed: kind === 'hashed',
      hash: Buffer.alloc(8),
      names: path.split('.').map((name) => Buffer.from(`${name}\0`)),
    }));
  }

  get fields(): readonly ShardKeyField[] {
    return this.#fields;
  }

  /** Whether all documents with one `_id` have one shard key. */
  get isDeterminedById(): boolean {
    return this.#fields.every(({ path }) => path === '_id' || path.startsWith('_id.'));
  }

  /**
   * Reads the values of a document, hashed where the key is; a missing field is null.
   * @param document BSON that is known to be right
   * @param values one for each field, overwritten; they hold until the next document is read
   * @returns false where there is no shard key: a field is, or lies in, an array
   */
  read(document: Uint8Array, values: readonly RawValue[]): boolean {
    for (let n = 0; n < this.#fields.length; n += 1) {
      const { names, isHashed, hash } = this.#fields[n] as CompiledField;
      const value = values[n] as RawValue;
      if (!findValue(document, names, value)) return false;
      if (isHashed) setHash(value, hash);
    }
    return true;
  }
}

/** Room for the values of a key. */
export function roomForValues({ fields }: ShardKey): RawValue[] {
  return fields.map(() => ({ ...nullValue }));
}

function setHash(value: RawValue, hash: Buffer): void {
  value.bytes = hashRawValue(value, hash);
  value.type = element.INT64;
  value.at = 0;
}

/** False where an array is met. */
function findValue(bytes: Uint8Array, names: readonly Uint8Array[], value: RawValue): boolean {
  value.bytes = bytes;
  value.type = element.DOCUMENT;
  value.at = 0;
  for (const name of names) {
    const at = value.type === element.DOCUMENT ? findField(bytes, value.at, name) : -1;
    value.type = at < 0 ? element.NULL : (bytes[at] as number);
    if (value.type === element.ARRAY) return false;
    value.at = at + 1 + name.length;
  }
  return true;
}

/** Offset of the type byte of a field, or -1. */
function findField(bytes: Uint8Array, documentAt: number, name: Uint8Array): number {
  const end = documentAt + readInt32(bytes, documentAt) - 1;
  let at = documentAt + 4;
  while (at < end) {
    let next = at + 1;
    let same = 0;
    while (same < name.length && bytes[next + same] === name[same]) same += 1;
    if (same === name.length) return at;
    while (bytes[next] !== 0) next += 1;
    at = valueEnd(bytes, bytes[at] as number, next + 1);
  }
  return -1;
}
