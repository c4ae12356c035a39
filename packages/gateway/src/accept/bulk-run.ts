import type { IncomingMessage } from 'node:http';
import type { HeadraceError } from '@headrace/base';
import { type Write, writerErrors } from '@headrace/writer';
import type { BulkResults } from './bulk-results.ts';
import { dispatch, type Outcome } from './dispatch.ts';
import { DocumentTurns, type NumberedWrite } from './document-turns.ts';
import type { Intake } from './intake.ts';
import { isBlank, type Line, LineSplitter } from './line-splitter.ts';
import type { LineWrites } from './line-writes.ts';
import type { ListedCollection } from './listed-collections.ts';
import { asHeadraceError, failedLineText } from './problem.ts';
import { takenLineText, type Taken } from './receipt.ts';
import type { ResultStream } from './result-stream.ts';

/** Writes of one request under way at once, and the bytes of their lines. */
const MAX_IN_FLIGHT = 4000;
const MAX_IN_FLIGHT_BYTES = 16 * 1024 * 1024;
/** Until a line is tried again whose document others crowd. */
const BUSY_PAUSE_MS = 200;

/** What one `_bulk` request asks for. */
export interface BulkRequest {
  readonly id: string;
  readonly raw: IncomingMessage;
  readonly collection: ListedCollection;
  readonly lineWrites: LineWrites;
}

/** A line that is a write, until its outcome. */
interface LineUnderWay extends NumberedWrite {
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Takes the lines of one request, many at once but boundedly so, and counts how they end. */
export class BulkRun {
  readonly #intake: Intake;
  readonly #request: BulkRequest;
  readonly #stream: ResultStream;
  readonly #results: BulkResults;
  readonly #splitter: LineSplitter;
  readonly #watched = {
    sinceMs: performance.now(),
    cut: () => {
      this.#request.raw.destroy();
    },
  };
  readonly #turns = new DocumentTurns<LineUnderWay>((line) => {
    this.#submit(line);
  });
  readonly #counts = { lines: 0, applied: 0, queued: 0, replayed: 0, failed: 0 };
  #inFlight = 0;
  #inFlightBytes = 0;
  #carriedBytes = 0;
  #wake: (() => void) | undefined;

  constructor(
    intake: Intake,
    request: BulkRequest,
    answer: { readonly stream: ResultStream; readonly results: BulkResults },
  ) {
    this.#intake = intake;
    this.#request = request;
    this.#stream = answer.stream;
    this.#results = answer.results;
    this.#splitter = new LineSplitter(intake.bounds.maxBytes);
  }

  /** Ends with the answer, or when the client is gone; in both cases nothing is in flight. */
  async run(): Promise<void> {
    const { stalled } = this.#intake.bounds;
    stalled.watch(this.#watched);
    try {
      const isWhole = await this.#readLines();
      await this.#until(() => this.#inFlight === 0);
      if (isWhole) await this.#stream.end(this.#doneText());
    } finally {
      stalled.unwatch(this.#watched);
      this.#intake.bounds.bytes.release(this.#carriedBytes);
    }
  }

  async #readLines(): Promise<boolean> {
    const { stalled } = this.#intake.bounds;
    try {
      for await (const chunk of this.#request.raw as AsyncIterable<Buffer>) {
        // Only the client's time counts: while lines wait for room here the watch is off.
        stalled.unwatch(this.#watched);
        for (const line of this.#splitter.lines(chunk)) {
          if (this.#mustWait(line) && !(await this.#makeRoom(line))) return false;
          this.#take(line);
        }
        this.#holdCarried();
        this.#watched.sinceMs = performance.now();
        stalled.watch(this.#watched);
      }
    } catch (thrown) {
      if (!this.#request.raw.readableAborted) throw thrown;
      return false;
    }
    stalled.unwatch(this.#watched);
    const rest = this.#splitter.rest();
    if (rest !== undefined) this.#take(rest);
    return true;
  }

  #mustWait(line: Line): boolean {
    return this.#results.isBehind || this.#hasNoRoom(line);
  }

  async #makeRoom(line: Line): Promise<boolean> {
    if (!(await this.#results.keepUp())) return false;
    await this.#until(() => !this.#hasNoRoom(line));
    return true;
  }

  /** Never true with nothing in flight, as nothing would end the waiting then. */
  #hasNoRoom(line: Line): boolean {
    if (this.#inFlight === 0) return false;
    return (
      this.#turns.waiting > 0 ||
      this.#inFlight >= MAX_IN_FLIGHT ||
      this.#inFlightBytes + line.bytes.length > MAX_IN_FLIGHT_BYTES ||
      !this.#intake.bounds.bytes.fits(line.bytes.length) ||
      this.#results.isFull
    );
  }

  #take(line: Line): void {
    if (this.#carriedBytes > 0) this.#holdCarried();
    if (line.refusal === undefined && isBlank(line.bytes)) {
      this.#results.add(line.number, '');
      return;
    }
    this.#counts.lines += 1;
    let heldBytes = 0;
    try {
      if (line.refusal !== undefined) throw line.refusal;
      if (!this.#intake.bounds.bytes.take(line.bytes.length)) {
        throw writerErrors.create('over-capacity');
      }
      heldBytes = line.bytes.length;
      this.#send(line);
    } catch (thrown) {
      this.#intake.bounds.bytes.release(heldBytes);
      this.#fail(line.number, asHeadraceError(thrown));
    }
  }

  #send({ number, bytes }: Line): void {
    const sinceMs = performance.now();
    const write = this.#request.lineWrites(bytes, number);
    this.#inFlight += 1;
    this.#inFlightBytes += bytes.length;
    this.#turns.take({ number, write, bytes: bytes.length, sinceMs });
  }

  #submit(line: LineUnderWay): void {
    try {
      // It may have waited for others of its document.
      if (isLate(line)) throw writerErrors.create('deadline-passed');
      dispatch(this.#intake, line.write, (outcome) => {
        this.#settle(line, outcome);
      });
    } catch (thrown) {
      this.#settle(line, { state: 'not-written', error: asHeadraceError(thrown) });
    }
  }

  #settle(line: LineUnderWay, outcome: Outcome): void {
    if ('error' in outcome && outcome.error.code === 'document-busy' && !isLate(line)) {
      this.#turns.crowded(line, Number(outcome.error.details['retryAfterMs'] ?? BUSY_PAUSE_MS));
      return;
    }
    const { number, bytes, write, sinceMs } = line;
    this.#inFlight -= 1;
    this.#inFlightBytes -= bytes;
    this.#intake.bounds.bytes.release(bytes);
    if ('error' in outcome) this.#fail(number, outcome.error, write.writeId);
    else this.#count(number, { write, taken: outcome, sinceMs });
    this.#turns.ended(line);
    this.#wake?.();
  }

  #count(
    line: number,
    done: { readonly write: Write; readonly taken: Taken; readonly sinceMs: number },
  ): void {
    const { write, taken, sinceMs } = done;
    this.#counts[taken.state] += 1;
    if (taken.replayed) this.#counts.replayed += 1;
    this.#intake.meter.taken(write.tier, sinceMs);
    if (!this.#results.all) return;
    const { collection } = this.#request;
    this.#results.add(line, takenLineText(line, { write, taken, collection }));
  }

  #fail(line: number, error: HeadraceError, writeId?: string): void {
    this.#counts.failed += 1;
    this.#intake.meter.refused(error.code);
    if (error.status === 500) {
      const fields = { requestId: this.#request.id, line, err: error.cause ?? error };
      this.#intake.log.error(fields, 'a line of a bulk request failed');
    }
    this.#results.add(line, failedLineText(error, line, writeId));
  }

  /** Counts an unfinished line against the bytes in flight, and gives it up over the limit. */
  #holdCarried(): void {
    const { bytes } = this.#intake.bounds;
    bytes.release(this.#carriedBytes);
    this.#carriedBytes = this.#splitter.carriedBytes;
    if (bytes.take(this.#carriedBytes)) return;
    this.#carriedBytes = 0;
    this.#splitter.passOver(writerErrors.create('over-capacity'));
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#wake = undefined;
  }

  #doneText(): string {
    const { omitted } = this.#results;
    const more = omitted === 0 ? {} : { failuresOmitted: omitted };
    return JSON.stringify({ done: true, ...this.#counts, ...more });
  }
}

function isLate({ write }: LineUnderWay): boolean {
  return write.deadlineAtMs <= performance.now();
}
