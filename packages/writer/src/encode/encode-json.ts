import { isUtf8 } from 'node:buffer';
import { writerErrors } from '../errors.ts';
import {
  copyOut,
  MAX_DOCUMENT_BYTES,
  type EncodedDocument,
  type EncodeOptions,
} from './encoded-document.ts';
import type { FieldTypes } from './field-types.ts';
import { writeDocument } from './json-document.ts';
import { JsonScan } from './json-scan.ts';

export interface EncodeJsonOptions extends EncodeOptions {
  /** Types the collection declares, from `compileFieldTypes`. */
  readonly types?: FieldTypes | undefined;
}

/** One for all calls: reading is synchronous, and every result is copied out of it. */
const scan = new JsonScan();

/**
 * Turns JSON text, Extended JSON v2 included, into BSON: numbers from their digits, declared fields
 * in their declared types, nothing rounded or dropped silently.
 * Throws `bad-json`, `bad-encoding`, `bad-extended-json`, `bad-typed-value`, `bad-field-name`,
 * `bad-id`, `number-out-of-range`, `too-deep` and `document-too-large`.
 */
export function encodeJson(text: Uint8Array, options: EncodeJsonOptions): EncodedDocument {
  checkEncoding(text);
  const maxBytes = options.maxDocumentBytes ?? MAX_DOCUMENT_BYTES;
  try {
    scan.begin(text, maxBytes);
    if (scan.peek() !== 0x7b) throw scan.badJson('an object is expected, beginning with "{"');
    writeDocument(scan, options.types);
    if (scan.peek() !== -1) throw scan.badJson('something stands behind the object');
    const { out, size, idStart, idEnd } = scan;
    return copyOut({ bytes: out, size, idStart, idEnd }, options);
  } finally {
    scan.release();
  }
}

/** Throws `bad-encoding` for what is no plain UTF-8. */
export function checkEncoding(text: Uint8Array): void {
  if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) {
    const reason = 'it begins with a byte order mark';
    throw writerErrors.create('bad-encoding', { offset: 0, reason });
  }
  if (!isUtf8(text)) {
    throw writerErrors.create('bad-encoding', { reason: 'some bytes are no UTF-8' });
  }
}
