import { HeadraceError } from '@headrace/base';
import { encodeJson, type EncodeJsonOptions } from '../../src/encode/encode-json.ts';
import { documentBytes } from '../../src/encode/encoded-document.ts';

/** The refusal that `run` ends in, as code and details; anything else fails the test. */
export function refusal(run: () => unknown): Record<string, unknown> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    return { code: error.code, status: error.status, retry: error.retry, ...error.details };
  }
  throw new Error('it was not refused');
}

/** The BSON of a JSON text, without room for an `_id`. */
export function jsonToBson(text: string, options: Partial<EncodeJsonOptions> = {}): Uint8Array {
  const document = encodeJson(Buffer.from(text), { reservedBytes: 0, ...options });
  return documentBytes(document);
}

/** The code a JSON text is refused with, and where. */
export function jsonRefusal(
  text: string | Uint8Array,
  options: Partial<EncodeJsonOptions> = {},
): Record<string, unknown> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return refusal(() => encodeJson(bytes, { reservedBytes: 0, ...options }));
}
