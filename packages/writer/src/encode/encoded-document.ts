import { writerErrors } from '../errors.ts';

/** Most bytes of a document as BSON, as MongoDB counts it (maxBsonObjectSize). */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A value of `_id` as it stands in BSON. */
export interface IdValue {
  /** BSON type byte. */
  readonly type: number;
  /** The raw bytes of the value; a view into its document. */
  readonly value: Uint8Array;
}

/**
 * A document as BSON, `_id` first if it has one, with room kept before it so that an `_id` made
 * later can be put in front without copying.
 */
export interface EncodedDocument {
  /** Exactly `reservedBytes` bytes of room, then the whole BSON document. */
  readonly buffer: Buffer;
  readonly reservedBytes: number;
  /** The document's own `_id`. */
  readonly id: IdValue | undefined;
}

/** Options of every way to encode a document. */
export interface EncodeOptions {
  /** Bytes of the `_id` element that will be made if there is none; see `madeIdBytes`. */
  readonly reservedBytes: number;
  /** Most bytes of the document with its `_id`; 16 MiB unless told. */
  readonly maxDocumentBytes?: number | undefined;
}

/** A finished document in a buffer that is used again. `idStart` is -1 without an `_id`. */
export interface DocumentSource {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly idStart: number;
  readonly idEnd: number;
}

const LENGTH_BYTES = 4;
/** Type byte, `_id` and its NUL. */
const ID_NAME_BYTES = 5;

/** Copies a document to a buffer of its own, `_id` first. Throws `document-too-large`. */
export function copyOut(source: DocumentSource, options: EncodeOptions): EncodedDocument {
  const { bytes, size, idStart, idEnd } = source;
  const { reservedBytes } = options;
  const maxBytes = options.maxDocumentBytes ?? MAX_DOCUMENT_BYTES;
  const total = idStart < 0 ? size + reservedBytes : size;
  if (total > maxBytes) {
    throw writerErrors.create('document-too-large', { bytes: total, maxBytes });
  }
  const buffer = Buffer.allocUnsafe(reservedBytes + size);
  copyRange(buffer, reservedBytes, { bytes, start: 0, end: size });
  if (idStart < 0) return { buffer, reservedBytes, id: undefined };
  const first = reservedBytes + LENGTH_BYTES;
  const idBytes = idEnd - idStart;
  if (idStart > LENGTH_BYTES) {
    copyRange(buffer, first, { bytes, start: idStart, end: idEnd });
    copyRange(buffer, first + idBytes, { bytes, start: LENGTH_BYTES, end: idStart });
  }
  const value = buffer.subarray(first + ID_NAME_BYTES, first + idBytes);
  return { buffer, reservedBytes, id: { type: bytes[idStart] as number, value } };
}

function copyRange(
  target: Buffer,
  to: number,
  source: { readonly bytes: Uint8Array; readonly start: number; readonly end: number },
): void {
  const { bytes, start, end } = source;
  if (Buffer.isBuffer(bytes)) bytes.copy(target, to, start, end);
  else target.set(bytes.subarray(start, end), to);
}

/**
 * Puts a made `_id` in front of a document that has none.
 * @param element the whole element, exactly `reservedBytes` long (see `makeIdElement`)
 * @returns the document; a view, nothing is copied
 */
export function placeId(document: EncodedDocument, element: Uint8Array): Uint8Array {
  const { buffer, reservedBytes } = document;
  if (element.length !== reservedBytes) {
    const reason = `room for ${reservedBytes} bytes was kept, the element has ${element.length}`;
    throw writerErrors.create('bad-id', { path: '/_id', reason });
  }
  buffer.writeInt32LE(buffer.length, 0);
  buffer.set(element, LENGTH_BYTES);
  return buffer;
}

/** The bytes of a document which has its own `_id`: a view without the room. */
export function documentBytes(document: EncodedDocument): Uint8Array {
  return document.buffer.subarray(document.reservedBytes);
}
