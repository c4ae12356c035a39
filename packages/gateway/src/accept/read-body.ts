import type { IncomingMessage } from 'node:http';
import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '@headrace/writer';
import { gatewayErrors } from '../errors.ts';
import type { InFlightBytes } from './in-flight-bytes.ts';
import type { StalledBodies } from './stalled-bodies.ts';

/** What bounds the reading of bodies. */
export interface BodyBounds {
  readonly bytes: InFlightBytes;
  readonly stalled: StalledBodies;
  readonly maxBytes: number;
}

/** A whole body; its `heldBytes` are to be released once the request is answered. */
export interface Body {
  readonly content: Buffer;
  readonly heldBytes: number;
}

/** Told once: the body, or why there is none; nothing is held after an error. */
export type BodyDone = (error: HeadraceError | undefined, body: Body | undefined) => void;

const EMPTY = Buffer.alloc(0);

/**
 * Reads a body whole. Its bytes are held before they are read (by content-length, else as they
 * come). Errors: `body-too-large`, `over-capacity`, `body-too-slow`. When the client goes away
 * first `done` is never called: nobody is left to be answered.
 */
export function readBody(request: IncomingMessage, bounds: BodyBounds, done: BodyDone): void {
  const declared = request.headers['content-length'];
  if (declared === undefined) {
    new BodyReader(request, bounds, done).start(0, false);
    return;
  }
  const bytes = Number(declared);
  const refused = refusal(bytes, bounds);
  if (refused === undefined) new BodyReader(request, bounds, done).start(bytes, true);
  else {
    request.resume();
    done(refused, undefined);
  }
}

function refusal(bytes: number, bounds: BodyBounds): HeadraceError | undefined {
  const { maxBytes } = bounds;
  if (bytes > maxBytes) return gatewayErrors.create('body-too-large', { maxBytes });
  return bounds.bytes.take(bytes) ? undefined : writerErrors.create('over-capacity');
}

class BodyReader {
  readonly #request: IncomingMessage;
  readonly #bounds: BodyBounds;
  readonly #done: BodyDone;
  readonly #watched = {
    sinceMs: performance.now(),
    cut: () => {
      this.#tooSlow();
    },
  };
  #first: Buffer | undefined;
  #chunks: Buffer[] | undefined;
  #heldBytes = 0;
  #lengthKnown = false;
  #ended = false;

  constructor(request: IncomingMessage, bounds: BodyBounds, done: BodyDone) {
    this.#request = request;
    this.#bounds = bounds;
    this.#done = done;
  }

  start(heldBytes: number, lengthKnown: boolean): void {
    this.#heldBytes = heldBytes;
    this.#lengthKnown = lengthKnown;
    this.#bounds.stalled.watch(this.#watched);
    this.#request
      .on('data', (chunk: Buffer) => {
        this.#add(chunk);
      })
      .on('end', () => {
        this.#finish();
      })
      .on('close', () => {
        this.#abandon();
      });
  }

  #add(chunk: Buffer): void {
    if (this.#ended) return;
    if (!this.#lengthKnown) {
      const refused = this.#refuseMore(chunk.length);
      if (refused !== undefined) {
        this.#fail(refused);
        return;
      }
      this.#heldBytes += chunk.length;
    }
    if (this.#first === undefined) this.#first = chunk;
    else (this.#chunks ??= [this.#first]).push(chunk);
  }

  #refuseMore(bytes: number): HeadraceError | undefined {
    const { maxBytes } = this.#bounds;
    if (this.#heldBytes + bytes > maxBytes) {
      return gatewayErrors.create('body-too-large', { maxBytes });
    }
    return this.#bounds.bytes.take(bytes) ? undefined : writerErrors.create('over-capacity');
  }

  #finish(): void {
    if (!this.#end()) return;
    const content =
      this.#chunks === undefined ? (this.#first ?? EMPTY) : Buffer.concat(this.#chunks);
    this.#done(undefined, { content, heldBytes: this.#heldBytes });
  }

  #tooSlow(): void {
    this.#fail(gatewayErrors.create('body-too-slow', { withinMs: this.#bounds.stalled.limitMs }));
  }

  #fail(error: HeadraceError): void {
    if (!this.#end()) return;
    this.#release();
    this.#done(error, undefined);
  }

  #abandon(): void {
    if (this.#end()) this.#release();
  }

  #release(): void {
    this.#bounds.bytes.release(this.#heldBytes);
    this.#first = undefined;
    this.#chunks = undefined;
  }

  /** True the first time: whatever comes later finds the reading over. */
  #end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#bounds.stalled.unwatch(this.#watched);
    return true;
  }
}
