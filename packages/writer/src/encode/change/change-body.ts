import { writerErrors } from '../../errors.ts';
import { DOCUMENT } from '../element-type.ts';
import { MAX_DOCUMENT_BYTES, type IdValue } from '../encoded-document.ts';
import { idElement } from '../id-value.ts';

/** What a change says beside the `_id`, each as a whole BSON document. */
export interface ChangeParts {
  readonly merge?: Uint8Array | undefined;
  readonly update?: Uint8Array | undefined;
  readonly condition?: Uint8Array | undefined;
}

const EMPTY_DOCUMENT_BYTES = 5;

/**
 * The body of a patch or delete as it travels and is stored: `{_id, merge | update, if}`.
 * Throws `document-too-large`.
 */
export function changeBody(id: IdValue, parts: ChangeParts): Uint8Array {
  const elements = [
    idElement(id),
    ...embedded('merge', parts.merge),
    ...embedded('update', parts.update),
    ...embedded('if', isEmpty(parts.condition) ? undefined : parts.condition),
  ];
  const length = elements.reduce((sum, element) => sum + element.length, EMPTY_DOCUMENT_BYTES);
  if (length > MAX_DOCUMENT_BYTES) {
    const details = { bytes: length, maxBytes: MAX_DOCUMENT_BYTES };
    throw writerErrors.create('document-too-large', details);
  }
  const head = Buffer.allocUnsafe(4);
  head.writeInt32LE(length);
  return Buffer.concat([head, ...elements, Buffer.alloc(1)], length);
}

function embedded(name: string, document: Uint8Array | undefined): Uint8Array[] {
  if (document === undefined) return [];
  return [Buffer.from([DOCUMENT]), Buffer.from(`${name}\0`), document];
}

/** A condition without fields holds for every document, so it is none. */
function isEmpty(condition: Uint8Array | undefined): boolean {
  return condition?.length === EMPTY_DOCUMENT_BYTES;
}
