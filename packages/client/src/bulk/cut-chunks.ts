import { writeJson } from '../encode/write-json.ts';
import { HeadraceClientError } from '../errors.ts';

/**
 * Lines of one request: as many as a gateway takes at once, and so few that the results of all of
 * them, should all fail, stay under what it keeps for a client that has not read yet (2 MiB).
 */
const MAX_LINES = 4000;
/** A longer line goes alone. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Documents that travel in one request. */
export interface Chunk {
  /** From 1. */
  readonly number: number;
  /** How many lines of the source come before it. */
  readonly linesBefore: number;
  /** A line each, without its end; empty for one that could not be written. */
  readonly lines: string[];
  /** What could not be written, by line of the chunk from 1. */
  readonly unwritten: ReadonlyMap<number, HeadraceClientError>;
}

interface OpenChunk extends Chunk {
  readonly unwritten: Map<number, HeadraceClientError>;
}

/**
 * Cuts a source into chunks. Where it is cut depends on the source alone, and must: the idempotency
 * key of a line is made of its chunk and its place there, so the same source gets the same again.
 */
export async function* cutChunks(
  source: Iterable<object> | AsyncIterable<object>,
): AsyncGenerator<Chunk, void, undefined> {
  let chunk = open(1, 0);
  let characters = 0;
  for await (const document of source) {
    const line = lineOf(document);
    const length = typeof line === 'string' ? line.length : 0;
    const isFull = chunk.lines.length >= MAX_LINES || characters + length > MAX_CHARACTERS;
    if (isFull && chunk.lines.length > 0) {
      yield chunk;
      chunk = open(chunk.number + 1, chunk.linesBefore + chunk.lines.length);
      characters = 0;
    }
    characters += length;
    if (typeof line === 'string') chunk.lines.push(line);
    else chunk.unwritten.set(chunk.lines.push(''), line);
  }
  if (chunk.lines.length > 0) yield chunk;
}

function open(number: number, linesBefore: number): OpenChunk {
  return { number, linesBefore, lines: [], unwritten: new Map() };
}

/** One document that can not be written fails alone. */
function lineOf(document: object): string | HeadraceClientError {
  try {
    return writeJson(document);
  } catch (thrown) {
    if (thrown instanceof HeadraceClientError) return thrown;
    throw thrown;
  }
}
