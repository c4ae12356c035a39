import { BSON } from 'bson';
import type { Arena } from './arena.ts';
import { OTHER_TYPE, UNLISTED_FIELD } from './fall-backs.ts';
import { putWhole } from './put-value.ts';

/**
 * Has the general encoder write a field, whatever it is, to the place where it belongs. It may write
 * nothing at all: functions are left out. Throws what js-bson throws.
 */
function carry(arena: Arena, at: number, { name, value }: Field): number {
  arena.isUnchecked = true;
  const bytes = BSON.serialize({ [name]: value }, { ignoreUndefined: false });
  return putWhole(arena, at, bytes.subarray(4, -1));
}

interface Field {
  readonly name: string;
  readonly value: unknown;
}

/** A field that the schema does not have. */
export function carryUnlisted(arena: Arena, at: number, name: string, value: unknown): number {
  arena.strayed |= UNLISTED_FIELD;
  return carry(arena, at, { name, value });
}

/** A field whose value is none of the kinds that were compiled for it. */
export function carryOther(arena: Arena, at: number, name: string, value: unknown): number {
  arena.strayed |= OTHER_TYPE;
  return carry(arena, at, { name, value });
}

/** A field of which the schema says nothing more than its name: that is no fall-back. */
export function carryOpen(arena: Arena, at: number, name: string, value: unknown): number {
  return carry(arena, at, { name, value });
}
