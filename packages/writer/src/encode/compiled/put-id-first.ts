import type { Arena } from './arena.ts';

/** Behind the length of a document. */
const ELEMENTS_AT = 4;

/** Moves the `_id` of the document at `start` to its front, where MongoDB wants it. */
export function putIdFirst({ bytes, idAt, idEnd }: Arena, start: number): void {
  const first = start + ELEMENTS_AT;
  if (idAt === first) return;
  const id = Buffer.from(bytes.subarray(idAt, idEnd));
  bytes.copyWithin(first + id.length, first, idAt);
  bytes.set(id, first);
}
