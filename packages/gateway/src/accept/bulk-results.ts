import type { ResultStream } from './result-stream.ts';

/** From here on the request is no longer read before the answer was. */
const PAUSE_AT_BYTES = 256 * 1024;
/** More failed lines than this the client did not read are only counted. */
const OMIT_AT_BYTES = 2 * 1024 * 1024;
/** How long a client that may be sending everything before it reads is waited for, once. */
const PATIENCE_MS = 1000;
/** Results that may wait for one of an earlier line. */
const MAX_OUT_OF_ORDER = 4000;

/** Where the results of a `_bulk` request's lines go. */
export interface BulkResults {
  /** Whether lines that were taken want a result too. */
  readonly all: boolean;
  /** A failed line's result, or any line's with `all`; an empty text for a line without one. */
  add(line: number, text: string): void;
  /** Whether results wait for that of an earlier line in such number that reading must stop. */
  readonly isFull: boolean;
  /** Waits for the client where it is behind; false once it was cut off. */
  keepUp(): Promise<boolean>;
  /** True where `keepUp` has something to wait for. */
  readonly isBehind: boolean;
  /** Failed lines that were counted, not told. */
  readonly omitted: number;
}

/**
 * `?results=failures`: only failed lines, as they come. It must never stop reading for good: a
 * client that sends all before it reads would wait for ever. So a client that is behind is waited
 * for once, shortly; if it reads nothing then, what it leaves unread beyond a bound is counted.
 */
export class FailureResults implements BulkResults {
  readonly all = false;
  readonly isFull = false;
  readonly #stream: ResultStream;
  #sendsFirst = false;
  omitted = 0;

  constructor(stream: ResultStream) {
    this.#stream = stream;
  }

  get isBehind(): boolean {
    const isBehind = this.#stream.backlogBytes > PAUSE_AT_BYTES;
    if (!isBehind) this.#sendsFirst = false;
    return isBehind && !this.#sendsFirst;
  }

  add(_line: number, text: string): void {
    if (text === '') return;
    if (this.#stream.backlogBytes > OMIT_AT_BYTES) this.omitted += 1;
    else this.#stream.write(text);
  }

  async keepUp(): Promise<boolean> {
    if (this.isBehind) this.#sendsFirst = !(await this.#stream.drainedWithin(PATIENCE_MS));
    return !this.#stream.isGone();
  }
}

/** `?results=all`: one result a line, in order; who does not read is paused, then cut off. */
export class OrderedResults implements BulkResults {
  readonly all = true;
  readonly omitted = 0;
  readonly #stream: ResultStream;
  readonly #waiting = new Map<number, string>();
  #next = 1;

  constructor(stream: ResultStream) {
    this.#stream = stream;
  }

  get isFull(): boolean {
    return this.#waiting.size >= MAX_OUT_OF_ORDER;
  }

  get isBehind(): boolean {
    return this.#stream.backlogBytes > PAUSE_AT_BYTES;
  }

  add(line: number, text: string): void {
    if (line !== this.#next) {
      this.#waiting.set(line, text);
      return;
    }
    for (let due: string | undefined = text; due !== undefined;) {
      if (due !== '') this.#stream.write(due);
      this.#next += 1;
      due = this.#waiting.get(this.#next);
      this.#waiting.delete(this.#next);
    }
  }

  async keepUp(): Promise<boolean> {
    if (this.isBehind && !(await this.#stream.drained())) this.#stream.cut();
    return !this.#stream.isGone();
  }
}
