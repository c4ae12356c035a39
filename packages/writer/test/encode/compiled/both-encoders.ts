import { HeadraceError } from '@headrace/base';
import { Arena } from '../../../src/encode/compiled/arena.ts';
import { compileEncoder } from '../../../src/encode/compiled/compile-encoder.ts';
import type { CompiledEncoder } from '../../../src/encode/compiled/compiled-encoder.ts';
import { encodeObject } from '../../../src/encode/encode-object.ts';
import { documentBytes, type EncodeOptions } from '../../../src/encode/encoded-document.ts';

export const WAYS = ['generated', 'closures'] as const;

const NO_ROOM: EncodeOptions = { reservedBytes: 0 };

/** What came of a document: its bytes, or why it was refused. */
type Outcome = { readonly hex: string } | { readonly refused: unknown };

function outcomeOf(run: () => Uint8Array): Outcome {
  try {
    return { hex: Buffer.from(run()).toString('hex') };
  } catch (error) {
    if (!(error instanceof HeadraceError)) throw error;
    return { refused: { code: error.code, ...error.details } };
  }
}

/** What the general encoder makes of a document. */
export function generalOutcome(document: unknown, options: EncodeOptions = NO_ROOM): Outcome {
  return outcomeOf(() => documentBytes(encodeObject(document as object, options)));
}

/** The same of a compiled encoder. */
export function compiledOutcome(encoder: CompiledEncoder, document: unknown): Outcome {
  const arena = new Arena({ firstBytes: 256 });
  return outcomeOf(() => {
    const number = encoder.encode(document as object, arena);
    return documentBytes(arena.document(number));
  });
}

/** An encoder of each way for a schema. */
export function bothEncoders(
  schema: unknown,
  options: EncodeOptions = NO_ROOM,
): readonly CompiledEncoder[] {
  return WAYS.map((way) => compileEncoder(schema, { ...options, way }));
}
