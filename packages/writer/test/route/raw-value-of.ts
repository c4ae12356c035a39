import { BSON } from 'bson';
import type { RawValue } from '../../src/route/raw-value.ts';

/** A value as it stands in BSON, not at the beginning of its bytes. */
export function rawValueOf(value: unknown): RawValue {
  const bytes = BSON.serialize({ v: value }, { ignoreUndefined: false });
  return { type: bytes[4] as number, bytes, at: 7 };
}
