import { BSON, type Document } from 'mongodb';
import { testkitErrors } from '../errors.ts';
import { compareSimple, hashSimple, valueAt } from './simple-values.ts';

/** A chunk as `config.chunks` has it: the shard key at its beginning and at its end. */
export interface StandInChunk {
  readonly min: Document;
  readonly max: Document;
  readonly shard: string;
}

/** How a collection is sharded. */
export interface StandInSharding {
  /** `{customer: 1}`, `{region: 1, at: 1}`, `{customer: 'hashed'}` */
  readonly key: Readonly<Record<string, 1 | 'hashed'>>;
  readonly chunks: readonly StandInChunk[];
}

/** Which shard a statement goes to. */
export class ChunkTable {
  readonly #key: readonly (readonly [path: string, kind: 1 | 'hashed'])[];
  readonly #chunks: readonly StandInChunk[];

  constructor({ key, chunks }: StandInSharding) {
    this.#key = Object.entries(key);
    this.#chunks = chunks;
  }

  get shards(): readonly string[] {
    return [...new Set(this.#chunks.map(({ shard }) => shard))];
  }

  /** @param statement of an insert, update or delete command */
  shardOf(command: string, statement: Uint8Array): string {
    const document = BSON.deserialize(statement);
    const at = command === 'insert' ? valueAt : equalTo;
    const source = command === 'insert' ? document : (document['q'] as Document);
    const values = this.#key.map(([path, kind]) => {
      const value = at(source, path);
      return kind === 'hashed' ? hashSimple(value) : value;
    });
    const chunk = this.#chunks.find(({ min, max }) => {
      return compareAll(values, boundOf(min)) >= 0 && compareAll(values, boundOf(max)) < 0;
    });
    if (chunk !== undefined) return chunk.shard;
    throw testkitErrors.create('stand-in-limit', { what: 'its chunks leave a gap' });
  }
}

/** The value that a filter asks a field to have. */
function equalTo(filter: Document, path: string): unknown {
  const asked: unknown = path in filter ? filter[path] : valueAt(filter, path);
  const value: unknown = isOperator(asked) ? asked.$eq : asked;
  if (value !== undefined) return value;
  const what = `it sends updates and deletes only by a filter with the whole shard key, not ${path} alone`;
  throw testkitErrors.create('stand-in-limit', { what });
}

function isOperator(value: unknown): value is { readonly $eq?: unknown } {
  return typeof value === 'object' && value !== null && Object.keys(value)[0]?.[0] === '$';
}

function boundOf(bound: Document): unknown[] {
  return Object.values(bound);
}

function compareAll(one: readonly unknown[], other: readonly unknown[]): number {
  for (const [n, value] of one.entries()) {
    const order = compareSimple(value, other[n]);
    if (order !== 0) return order;
  }
  return 0;
}
