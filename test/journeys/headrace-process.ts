import { fileURLToPath } from 'node:url';
import type { Ending, RunningProcess } from '@headrace/local-servers';
import { spawnProcess } from '@headrace/testkit';

/** The `headrace` command, from its sources. */
export const COMMAND = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export type Verb = 'up' | 'gateway' | 'worker';

/** A `headrace` command in a process of its own, to be killed, paused and started again. */
export class HeadraceProcess implements AsyncDisposable {
  readonly #verb: Verb;
  readonly #configFile: string;
  #running: RunningProcess;

  private constructor(verb: Verb, configFile: string, running: RunningProcess) {
    this.#verb = verb;
    this.#configFile = configFile;
    this.#running = running;
  }

  /** @param configFile names fixed ports, so that they stay the same over restarts */
  static async start(verb: Verb, configFile: string): Promise<HeadraceProcess> {
    return new HeadraceProcess(verb, configFile, await run(verb, configFile));
  }

  /** Where it listens; of a worker, its health port. */
  get url(): string {
    return this.#running.captured[0] ?? '';
  }

  get pid(): number {
    return this.#running.pid;
  }

  get logTail(): string {
    return this.#running.logTail();
  }

  /** SIGKILL: no last words. */
  kill(): Promise<Ending> {
    return this.#running.kill('SIGKILL');
  }

  pause(): void {
    this.#running.pause();
  }

  resume(): void {
    this.#running.resume();
  }

  /** SIGTERM, and its end. */
  stop(): Promise<Ending> {
    return this.#running.stop();
  }

  /** Ends it if it still runs, and starts it again with the same configuration. */
  async restart(): Promise<void> {
    await this.#running.stop();
    this.#running = await run(this.#verb, this.#configFile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.stop();
  }
}

function run(verb: Verb, configFile: string): Promise<RunningProcess> {
  return spawnProcess({
    entry: COMMAND,
    args: [verb, '--config', configFile],
    ready: /headrace listening on (http:\/\/\S+)/,
  });
}
