import type { IdValue } from '../encoded-document.ts';
import type { FieldTypes } from '../field-types.ts';

/** The document a change is meant for, and how. */
export interface ChangeTarget {
  readonly id: IdValue;
  /** Types the collection declares, from `compileFieldTypes`. */
  readonly types: FieldTypes;
  /** Whether a replace or patch of an absent document inserts it; not unless told. */
  readonly upsert?: boolean | undefined;
  /** The condition of a patch or delete: JSON text as in `?if=`. */
  readonly condition?: string | undefined;
}
