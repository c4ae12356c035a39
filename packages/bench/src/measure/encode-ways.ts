import { Arena, compileEncoder, encodeJson } from '@headrace/writer';
import { BSON, type Document } from 'mongodb';
import {
  ENCODE_SHAPES,
  ORDER_TEXT_SCHEMA,
  orderText,
  type EncodeShapeName,
} from '../drive/encode-shapes.ts';

/** How documents become BSON. */
export const ENCODE_WAYS = {
  serialize: 'BSON.serialize, a buffer a document',
  serializeInto: 'BSON.serializeWithBufferAndIndex into one buffer a group',
  compiled: 'the compiled encoder into one arena a group',
  closures: 'the same where no code may be generated',
  jsonParsed: 'JSON.parse of the text, then the compiled encoder',
  jsonText: 'encodeJson: the text straight to BSON',
} as const;
export type EncodeWay = keyof typeof ENCODE_WAYS;
export const ENCODE_WAY_NAMES = Object.keys(ENCODE_WAYS) as readonly EncodeWay[];

/** Documents that are alive together until they are sent. */
export const GROUP_DOCUMENTS = 1_000;
/** As the writer encodes, and the driver does. */
const OPTIONS = { ignoreUndefined: false };
const NO_ROOM = { reservedBytes: 0 };

/** One way for one shape, with its documents. */
export interface EncodeJob {
  readonly count: number;
  /** Encodes documents [from, to) and gives what the sender would be handed. */
  readonly encodeGroup: (from: number, to: number) => readonly Uint8Array[];
  /** Documents that compiled code did not write alone. */
  readonly fallBacks: () => number;
}

/** The documents of a shape and their texts, made once for all ways. */
export interface EncodeInput {
  readonly shape: EncodeShapeName;
  readonly documents: readonly Document[];
  /** Only of orders. */
  readonly texts: readonly Buffer[];
}

export function makeEncodeInput(shape: EncodeShapeName, count: number): EncodeInput {
  const numbers = Array.from({ length: count }, (_, at) => at);
  const texts = shape === 'order' ? numbers.map((at) => Buffer.from(orderText(at))) : [];
  return { shape, documents: numbers.map((at) => ENCODE_SHAPES[shape].make(at)), texts };
}

/** Whether a way can be measured with a shape: texts there are of orders only. */
export function isEncodedBy(way: EncodeWay, shape: EncodeShapeName): boolean {
  return shape === 'order' || (way !== 'jsonParsed' && way !== 'jsonText');
}

export function encodeJob(way: EncodeWay, { shape, documents, texts }: EncodeInput): EncodeJob {
  const count = documents.length;
  const plain = { count, fallBacks: () => 0 };
  switch (way) {
    case 'serialize':
      return {
        ...plain,
        encodeGroup: bufferGroups((at) => BSON.serialize(at, OPTIONS), documents),
      };
    case 'serializeInto':
      return { ...plain, encodeGroup: oneBuffer(documents) };
    case 'compiled':
    case 'closures':
      return compiledJob(ENCODE_SHAPES[shape].schema, {
        way: way === 'closures' ? way : 'generated',
        documentAt: (at) => documents[at] as Document,
        count,
      });
    case 'jsonParsed':
      return compiledJob(ORDER_TEXT_SCHEMA, {
        way: 'generated',
        documentAt: (at) => JSON.parse((texts[at] as Buffer).toString()) as Document,
        count,
      });
    case 'jsonText':
      return {
        ...plain,
        encodeGroup: bufferGroups((text) => encodeJson(text, NO_ROOM).buffer, texts),
      };
  }
}

function bufferGroups<Item>(
  encode: (item: Item) => Uint8Array,
  items: readonly Item[],
): EncodeJob['encodeGroup'] {
  return (from, to) => {
    const encoded: Uint8Array[] = [];
    for (let at = from; at < to; at += 1) encoded.push(encode(items[at] as Item));
    return encoded;
  };
}

/** Large enough for a group of any shape; its size costs nothing until it is used. */
const GROUP_BYTES = 16 * 1_024 * 1_024;

function oneBuffer(documents: readonly Document[]): EncodeJob['encodeGroup'] {
  const buffer = Buffer.allocUnsafeSlow(GROUP_BYTES);
  return (from, to) => {
    let index = 0;
    for (let at = from; at < to; at += 1) {
      const last = BSON.serializeWithBufferAndIndex(documents[at] as Document, buffer, {
        ...OPTIONS,
        index,
      });
      index = last + 1;
    }
    return [buffer.subarray(0, index)];
  };
}

function compiledJob(
  schema: object,
  options: {
    readonly way: 'generated' | 'closures';
    readonly documentAt: (at: number) => Document;
    readonly count: number;
  },
): EncodeJob {
  const { way, documentAt, count } = options;
  const encoder = compileEncoder(schema, { ...NO_ROOM, way });
  const arena = new Arena();
  return {
    count,
    fallBacks: () => encoder.fallBacks.fallBacks,
    encodeGroup: (from, to) => {
      arena.clear();
      for (let at = from; at < to; at += 1) encoder.encode(documentAt(at), arena);
      return arena.sections();
    },
  };
}
