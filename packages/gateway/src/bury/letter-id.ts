import { UUID } from 'mongodb';
import type { DeadLetterId } from './dead-letter.ts';

const shownDigits = 8;
const form = /^([0-9a-f-]{36})(\.[0-9a-f]{8})?$/;

/**
 * The name of a dead letter: its write id, and where an idempotency key stands behind that the
 * beginning of its fingerprint, as one key may have been used for several contents.
 */
export function idTextOf({ w, f }: DeadLetterId): string {
  const isKeyless = f.buffer.every((byte) => byte === 0);
  return isKeyless ? w.toString() : `${w.toString()}.${f.toString('hex').slice(0, shownDigits)}`;
}

/** @returns the write id in a name, and whether it is all of it; undefined for what is no name */
export function readIdText(id: string): { writeId: UUID; isBare: boolean } | undefined {
  const [, writeId, print] = form.exec(id) ?? [];
  if (writeId === undefined || !UUID.isValid(writeId)) return undefined;
  return { writeId: new UUID(writeId), isBare: print === undefined };
}
