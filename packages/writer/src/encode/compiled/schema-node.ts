import type { ValueKind } from './value-kind.ts';

/** What a schema lets one expect at a place of a document. */
export interface SchemaNode {
  /** In the order they are tried; empty where the schema leaves everything open. */
  readonly kinds: readonly ValueKind[];
  /** By name, in the order of the schema; only with the kind `object`. */
  readonly fields: ReadonlyMap<string, SchemaNode>;
  /** What the elements are; only with the kind `array`. */
  readonly items: SchemaNode | undefined;
}

/** A place of which nothing is known. */
export const OPEN: SchemaNode = { kinds: [], fields: new Map(), items: undefined };
