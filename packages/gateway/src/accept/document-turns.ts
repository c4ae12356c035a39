import type { Write } from '@headrace/writer';

/** A write of a request with the number of its line, which is its place in the order. */
export interface NumberedWrite {
  readonly number: number;
  readonly write: Write;
}

/** Lines of one document under way at once: half of those the writer lets wait for it. */
const MAX_PER_DOCUMENT = 32;

/** The lines of one document: how many are under way, which wait here, in their order. */
interface Turns<Line> {
  underWay: number;
  readonly waiting: Line[];
  /** Those that wait will be tried again without anything else happening. */
  scheduled: boolean;
}

/**
 * Keeps a request from crowding a document out: the direct lane lets 64 writes wait for one and
 * refuses more. Lines beyond a share of these wait here for earlier ones of their document, and one
 * that was refused all the same, since others write to that document, is sent again before them.
 * No line overtakes another of its document.
 */
export class DocumentTurns<Line extends NumberedWrite> {
  readonly #send: (line: Line) => void;
  readonly #documents = new Map<string, Turns<Line>>();
  #waiting = 0;

  constructor(send: (line: Line) => void) {
    this.#send = send;
  }

  /** Lines that wait for others of their document; while there are any, no further is needed. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Sends a line now, or once earlier ones of its document have ended. */
  take(line: Line): void {
    const name = nameOf(line);
    if (name === undefined) {
      this.#send(line);
      return;
    }
    let turns = this.#documents.get(name);
    if (turns === undefined) {
      turns = { underWay: 0, waiting: [], scheduled: false };
      this.#documents.set(name, turns);
    }
    if (turns.waiting.length > 0 || turns.underWay >= MAX_PER_DOCUMENT) this.#hold(turns, line);
    else this.#start(turns, line);
  }

  /** A line that was sent has its outcome. */
  ended(line: Line): void {
    const name = nameOf(line);
    const turns = name === undefined ? undefined : this.#documents.get(name);
    if (name === undefined || turns === undefined) return;
    turns.underWay -= 1;
    if (turns.waiting.length > 0) this.#sendOnAfter(turns, 0);
    else if (turns.underWay === 0) this.#documents.delete(name);
  }

  /**
   * Too many others wait for the document: the line goes again once an earlier one of this request
   * has ended, else after the time told.
   */
  crowded(line: Line, retryAfterMs: number): void {
    const name = nameOf(line);
    const turns = name === undefined ? undefined : this.#documents.get(name);
    if (turns === undefined) return;
    turns.underWay -= 1;
    this.#hold(turns, line);
    if (turns.underWay === 0) this.#sendOnAfter(turns, retryAfterMs);
  }

  /** By number, as of two that are refused in one turn the later may wait here already. */
  #hold(turns: Turns<Line>, line: Line): void {
    const { waiting } = turns;
    let at = waiting.length;
    while (at > 0 && (waiting[at - 1]?.number ?? 0) > line.number) at -= 1;
    waiting.splice(at, 0, line);
    this.#waiting += 1;
  }

  /**
   * Never at once: a line that is refused says so a moment later, and before that no other of its
   * document may be sent. In a turn of its own nothing comes between.
   */
  #sendOnAfter(turns: Turns<Line>, afterMs: number): void {
    if (turns.scheduled) return;
    turns.scheduled = true;
    const sendOn = (): void => {
      turns.scheduled = false;
      this.#sendOn(turns);
    };
    if (afterMs === 0) setImmediate(sendOn);
    else setTimeout(sendOn, afterMs);
  }

  #sendOn(turns: Turns<Line>): void {
    while (turns.underWay < MAX_PER_DOCUMENT) {
      const next = turns.waiting.shift();
      if (next === undefined) return;
      this.#waiting -= 1;
      this.#start(turns, next);
    }
  }

  #start(turns: Turns<Line>, line: Line): void {
    turns.underWay += 1;
    this.#send(line);
  }
}

/** The document at the writer's gate; undefined where nobody else waits for it, or in no gate. */
function nameOf({ write }: NumberedWrite): string | undefined {
  const isAtGate = write.idOrigin !== 'random' && write.tier !== 'eventual';
  return isAtGate ? write.canonicalId : undefined;
}
