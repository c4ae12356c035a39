import { buildClosures } from './build-closures.ts';
import { buildGenerated, mayGenerate } from './build-generated.ts';
import type { EncodeOptions } from '../encoded-document.ts';
import { CompiledEncoder } from './compiled-encoder.ts';
import type { WriteRoot } from './object-writer.ts';
import { readSchema } from './read-schema.ts';
import { OPEN, type SchemaNode } from './schema-node.ts';
import { planObject, type ObjectPlan } from './write-plan.ts';

export interface CompileOptions extends EncodeOptions {
  /** `generated` where the process allows it, `closures` where it does not, unless told. */
  readonly way?: 'generated' | 'closures';
}

/** What an `_id` may be when the schema does not say. */
const ANY_ID: SchemaNode = {
  ...OPEN,
  kinds: ['objectId', 'string', 'binary', 'int', 'long', 'double', 'bigint'],
};

/**
 * Compiles an encoder for the documents of a collection from its schema: a `$jsonSchema` with
 * `bsonType`, or a TypeBox schema. The schema says what to expect, never how a value is stored: that
 * the value says, as with the driver, and documents of any other shape are written as well.
 * Throws `bad-schema` with the JSON pointer of what is wrong.
 */
export function compileEncoder(schema: unknown, options: CompileOptions): CompiledEncoder {
  const plan = planObject(withId(readSchema(schema)));
  const way = options.way ?? (mayGenerate() ? 'generated' : 'closures');
  return new CompiledEncoder({ write: BUILDS[way](plan), marginBytes: plan.fixedBytes }, options);
}

const BUILDS: Readonly<Record<'generated' | 'closures', (plan: ObjectPlan) => WriteRoot>> = {
  generated: buildGenerated,
  closures: buildClosures,
};

/** The writer has to know where the `_id` lies, so it is always expected: first, as it mostly is. */
function withId(root: SchemaNode): SchemaNode {
  if (root.fields.has('_id')) return root;
  return { ...root, fields: new Map([['_id', ANY_ID], ...root.fields]) };
}
