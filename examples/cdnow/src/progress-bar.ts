/** Where the bar is drawn: a terminal, or a file or pipe that gets plain lines. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const CELLS = 30;
const REDRAW_AFTER_MS = 100;

/**
 * Shows how far something is: one line drawn over and over on a terminal, elsewhere one line for
 * every 10 %.
 */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #total: number;
  readonly #unit: string;
  #first: { readonly done: number; readonly atMs: number } | undefined;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #tenths = 0;

  /** @param unit what is counted: `orders` */
  constructor(output: ProgressOutput, total: number, unit: string) {
    this.#output = output;
    this.#total = total;
    this.#unit = unit;
  }

  /** @param done how many of the total; cheap enough to be called for each */
  show(done: number): void {
    const nowMs = performance.now();
    this.#first ??= { done, atMs: nowMs };
    if (this.#output.isTTY === true) {
      if (done < this.#total && nowMs - this.#drawnMs < REDRAW_AFTER_MS) return;
      this.#drawnMs = nowMs;
      this.#output.write(`\r  ${this.#bar(done)} ${this.#line(done, nowMs)}\u001B[K`);
      return;
    }
    const tenths = Math.floor((done / this.#total) * 10);
    if (tenths <= this.#tenths) return;
    this.#tenths = tenths;
    this.#output.write(`  ${this.#line(done, nowMs)}\n`);
  }

  /** Leaves the line, so that what is written next does not overwrite it. */
  end(): void {
    if (this.#output.isTTY === true) this.#output.write('\n');
  }

  #bar(done: number): string {
    const full = Math.floor((done / this.#total) * CELLS);
    return `[${'█'.repeat(full)}${'·'.repeat(CELLS - full)}]`;
  }

  #line(done: number, nowMs: number): string {
    const percent = `${Math.floor((done / this.#total) * 100)}`.padStart(3);
    const [now, all] = [done, this.#total].map((count) => count.toLocaleString('en-US'));
    return `${percent} %  ${now ?? ''} of ${all ?? ''} ${this.#unit}${this.#rate(done, nowMs)}`;
  }

  /** Counted from the first call on: what was there before took no time to make. */
  #rate(done: number, nowMs: number): string {
    if (this.#first === undefined || done === this.#first.done) return '';
    const perMs = (done - this.#first.done) / Math.max(1, nowMs - this.#first.atMs);
    return `  ${Math.round(perMs * 1_000).toLocaleString('en-US')}/s`;
  }
}
