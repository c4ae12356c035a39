import { writerErrors } from '../errors.ts';
import { BsonCheck } from './bson-check.ts';
import {
  copyOut,
  MAX_DOCUMENT_BYTES,
  type EncodedDocument,
  type EncodeOptions,
} from './encoded-document.ts';

/**
 * Checks BSON that a caller sent, every length, text and name of it, and copies it with `_id` first.
 * Throws `bad-bson`, `bad-field-name`, `bad-id`, `too-deep` and `document-too-large`.
 */
export function encodeBson(bytes: Uint8Array, options: EncodeOptions): EncodedDocument {
  const maxBytes = options.maxDocumentBytes ?? MAX_DOCUMENT_BYTES;
  if (bytes.length > maxBytes) {
    throw writerErrors.create('document-too-large', { bytes: bytes.length, maxBytes });
  }
  const check = new BsonCheck(bytes);
  check.run();
  const { idStart, idEnd } = check;
  return copyOut({ bytes, size: bytes.length, idStart, idEnd }, options);
}
