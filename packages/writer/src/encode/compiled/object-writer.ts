import type { Arena } from './arena.ts';

/**
 * Writes an object as a document.
 * @param shape what `recordShape` said of it
 * @returns the end; meaningless if the arena lacks room afterwards
 */
export type WriteObject = (arena: Arena, at: number, value: object, shape: number) => number;

/**
 * Writes a whole document where the arena begins it, behind the room for an `_id` if it has none;
 * `Arena.reservedBytes` then tells how much that is.
 * @returns the end; -1 if it is no plain object
 */
export type WriteRoot = (arena: Arena, document: unknown, reservedBytes: number) => number;

/** Writes an array. */
export type WriteArray = (arena: Arena, at: number, value: readonly unknown[]) => number;

/** Stands behind the last name, and no field has it: a name ends at a NUL. */
export const NO_NAME = '\0';
