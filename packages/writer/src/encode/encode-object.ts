import { BSON } from 'bson';
import { writerErrors } from '../errors.ts';
import { encodeBson } from './encode-bson.ts';
import {
  MAX_DOCUMENT_BYTES,
  type EncodedDocument,
  type EncodeOptions,
} from './encoded-document.ts';

/** How an object of a library caller is encoded. */
export interface EncodeObjectOptions extends EncodeOptions {
  /** Leaves out undefined fields; unless told they become null, as with the driver. */
  readonly ignoreUndefined?: boolean;
}

/**
 * Encodes an object of a library caller as the driver would, then checks it as any other document.
 * Throws `bad-object` for what BSON can not hold, and whatever `encodeBson` throws.
 */
export function encodeObject(document: object, options: EncodeObjectOptions): EncodedDocument {
  return encodeBson(serialize(document, options), options);
}

function serialize(document: object, options: EncodeObjectOptions): Uint8Array {
  const { ignoreUndefined = false } = options;
  try {
    return BSON.serialize(document, { ignoreUndefined });
  } catch (cause) {
    const maxBytes = options.maxDocumentBytes ?? MAX_DOCUMENT_BYTES;
    const bytes = measure(document);
    if (bytes > maxBytes) {
      throw writerErrors.create('document-too-large', { bytes, maxBytes }, cause);
    }
    const reason = cause instanceof Error ? cause.message : 'it is no object';
    throw writerErrors.create('bad-object', { reason }, cause);
  }
}

/**
 * The size of a document that could not be serialised: the library's buffer ends a little above
 * 16 MiB. 0 if it can not be measured either, then size was not what was wrong with it.
 */
function measure(document: object): number {
  try {
    return BSON.calculateObjectSize(document, { ignoreUndefined: false });
  } catch {
    return 0;
  }
}
