import type { Arena } from './arena.ts';

/** Type byte, name and NUL of a field, ready to be written four bytes at a time. */
export interface FieldHead {
  /** The type byte is 0; the last word is filled up with zeros. */
  readonly words: readonly number[];
  readonly length: number;
}

/** Bytes behind a head that writing it by words may touch. */
export const WORD_BYTES = 4;

/** The head of a field with this name. */
export function fieldHead(name: string): FieldHead {
  const length = 1 + Buffer.byteLength(name) + 1;
  const bytes = Buffer.alloc(Math.ceil(length / WORD_BYTES) * WORD_BYTES);
  bytes.write(name, 1, 'utf8');
  const words: number[] = [];
  for (let at = 0; at < bytes.length; at += WORD_BYTES) words.push(bytes.readInt32LE(at));
  return { words, length };
}

/** Writes a head with its type; gives its end. */
export function putHead(
  { view }: Arena,
  at: number,
  { head, type }: { readonly head: FieldHead; readonly type: number },
): number {
  const { words, length } = head;
  view.setInt32(at, (words[0] as number) | type, true);
  for (let i = 1; i < words.length; i++) view.setInt32(at + i * 4, words[i] as number, true);
  return at + length;
}

/** Most bytes the head of an element takes: type, ten digits, NUL. */
export const INDEX_HEAD_BYTES = 12;

/** Writes the head of an array's element: its name is its index in decimal digits. */
export function putIndexHead(arena: Arena, at: number, index: number): number {
  const { bytes } = arena;
  if (index < 10) {
    bytes[at + 1] = 0x30 + index;
    bytes[at + 2] = 0;
    return at + 3;
  }
  let width = 2;
  for (let rest = index; rest >= 100; rest = (rest / 10) | 0) width++;
  for (let to = at + width, rest = index; to > at; to--) {
    bytes[to] = 0x30 + (rest % 10);
    rest = (rest / 10) | 0;
  }
  bytes[at + width + 1] = 0;
  return at + width + 2;
}
