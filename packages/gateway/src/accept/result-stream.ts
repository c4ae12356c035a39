import type { ServerResponse } from 'node:http';

const FLUSH_AT_CHARACTERS = 16 * 1024;
export const NDJSON_TYPE = 'application/x-ndjson';

/** The answer of a `_bulk` request while it is being written, and how far its reader is behind. */
export class ResultStream {
  readonly #raw: ServerResponse;
  readonly #slowReaderMs: number;
  #text = '';
  #flushing = false;

  constructor(raw: ServerResponse, slowReaderMs: number) {
    this.#raw = raw;
    this.#slowReaderMs = slowReaderMs;
  }

  /** True once nobody can be answered any more. */
  isGone(): boolean {
    return this.#raw.destroyed;
  }

  /** Characters and bytes written but not taken by the client yet. */
  get backlogBytes(): number {
    return this.#text.length + this.#raw.writableLength;
  }

  /** Lines of one turn go out together: a write to the socket a line would cost more than it. */
  write(line: string): void {
    if (this.isGone()) return;
    this.#text += `${line}\n`;
    if (this.#text.length >= FLUSH_AT_CHARACTERS) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      setImmediate(() => {
        this.#flushing = false;
        this.#flush();
      });
    }
  }

  /** Waits until the client took what was written, but no longer than this. */
  async drainedWithin(limitMs: number): Promise<boolean> {
    this.#flush();
    return !this.#raw.writableNeedDrain || (await this.#occurs('drain', limitMs));
  }

  /** Waits as long as the client takes some of it; false once it took nothing for too long. */
  async drained(): Promise<boolean> {
    this.#flush();
    return !this.#raw.writableNeedDrain || (await this.#occursWhileRead('drain'));
  }

  /** Ends the answer and waits until the client took it; cuts a client that stopped reading. */
  async end(lastLine: string): Promise<void> {
    this.write(lastLine);
    this.#flush();
    if (this.isGone()) return;
    this.#raw.end();
    if (!this.#raw.writableFinished && !(await this.#occursWhileRead('finish'))) this.cut();
  }

  cut(): void {
    this.#raw.destroy();
  }

  #flush(): void {
    if (this.isGone() || this.#text === '') return;
    if (!this.#raw.headersSent) this.#start();
    this.#raw.write(this.#text);
    this.#text = '';
  }

  #start(): void {
    this.#raw.writeHead(200, ['content-type', NDJSON_TYPE]);
  }

  async #occursWhileRead(event: 'drain' | 'finish'): Promise<boolean> {
    for (;;) {
      const backlogBytes = this.#raw.writableLength;
      if (await this.#occurs(event, this.#slowReaderMs)) return true;
      if (this.isGone() || this.#raw.writableLength >= backlogBytes) return false;
    }
  }

  #occurs(event: 'drain' | 'finish', limitMs: number): Promise<boolean> {
    const raw = this.#raw;
    if (raw.destroyed) return Promise.resolve(false);
    return new Promise((resolve) => {
      const yes = (): void => {
        settle(true);
      };
      const no = (): void => {
        settle(false);
      };
      const timer = setTimeout(no, limitMs);
      raw.once(event, yes).once('close', no);
      function settle(occurred: boolean): void {
        clearTimeout(timer);
        raw.off(event, yes).off('close', no);
        resolve(occurred);
      }
    });
  }
}
