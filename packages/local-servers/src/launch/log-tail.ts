import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

const KEPT_LINES = 60;

/** Keeps the last lines a child printed, and tells who waits about each one as it comes. */
export class LogTail {
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();

  follow(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      for (const watch of this.#watchers) watch(line);
    });
  }

  /** Calls `watch` for every line from now on. Returns the way to stop. */
  watch(watch: (line: string) => void): () => void {
    this.#watchers.add(watch);
    return () => this.#watchers.delete(watch);
  }

  text(): string {
    return this.#lines.join('\n');
  }
}
