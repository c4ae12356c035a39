import { spawn, type ChildProcess } from 'node:child_process';
import { localServerErrors } from '../errors.ts';
import { diesWithUs, forgetChild, rememberChild } from './living-children.ts';
import { LogTail } from './log-tail.ts';

/** How a process ended: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that came up. */
export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  /** What the ready pattern captured in the line it matched. */
  readonly captured: readonly string[];
  /** Resolves when the process has ended, however that came; never rejects. */
  readonly exited: Promise<Ending>;
  /** The last 60 lines of standard output and error together. */
  readonly logTail: () => string;
  /** Calls `watch` with every line printed from now on; returns the way to stop. */
  readonly watchLines: (watch: (line: string) => void) => () => void;
  /** Sends a signal (SIGKILL unless told) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<Ending>;
  /** SIGSTOP: it holds its sockets and answers nothing. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGTERM, and SIGKILL for what is still there 10 s later. */
  stop(): Promise<Ending>;
}

export interface ProcessPlan {
  /** Shown in errors. */
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The printed line that says it is up. */
  readonly ready: RegExp;
  /** Default 30,000. */
  readonly readyWithinMs?: number;
}

const STOP_WITHIN_MS = 10_000;
const LAST_WORDS_WITHIN_MS = 500;

/**
 * Starts a process and waits for its ready line. It runs in a session of its own, so Ctrl-C in the
 * terminal reaches only us and we end it in our own order.
 * @throws server-did-not-start with its last lines, when it ends or stays silent
 */
export async function startProcess(plan: ProcessPlan): Promise<RunningProcess> {
  const [path = plan.path, ...args] = [...diesWithUs(), plan.path, ...plan.args];
  const child = spawn(path, args, {
    cwd: plan.cwd,
    env: { ...process.env, ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const log = new LogTail();
  log.follow(child.stdout);
  log.follow(child.stderr);
  const exited = whenEnded(child);
  const drained = new Promise((resolve) => child.once('close', resolve));
  const { pid } = child;
  if (pid !== undefined) rememberChild(pid);
  const ready = await readyLine(plan, log, exited);
  if (ready instanceof Array && pid !== undefined)
    return handle({ child, pid, log, exited, captured: ready });
  child.kill('SIGKILL');
  await lastWords(drained);
  throw localServerErrors.create('server-did-not-start', {
    name: plan.name,
    ending: String(ready),
    logTail: log.text(),
  });
}

function whenEnded(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve({ code: 127, signal: null }); // could not be run at all: no 'exit' follows
    });
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) forgetChild(child.pid);
      resolve({ code, signal });
    });
  });
}

/** Waits for what a dead child still has in its pipes; not for ever, a grandchild may hold them. */
async function lastWords(drained: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => (timer = setTimeout(resolve, LAST_WORDS_WITHIN_MS)));
  await Promise.race([drained, limit]);
  clearTimeout(timer);
}

/** The captured groups of the ready line, or in words why it never came. */
function readyLine(
  plan: ProcessPlan,
  log: LogTail,
  exited: Promise<Ending>,
): Promise<readonly string[] | string> {
  const withinMs = plan.readyWithinMs ?? 30_000;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      settle(`nothing said within ${withinMs} ms`);
    }, withinMs);
    const unwatch = log.watch((line) => {
      const match = plan.ready.exec(line);
      if (match) settle(match.slice(1));
    });
    const settle = (outcome: readonly string[] | string): void => {
      clearTimeout(timer);
      unwatch();
      resolve(outcome);
    };
    void exited.then((ending) => {
      settle(`ended ${describeEnding(ending)}`);
    });
  });
}

export function describeEnding({ code, signal }: Ending): string {
  return signal === null ? `with exit code ${code ?? 0}` : `by ${signal}`;
}

interface Parts {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly log: LogTail;
  readonly exited: Promise<Ending>;
  readonly captured: readonly string[];
}

function handle({ child, pid, log, exited, captured }: Parts): RunningProcess {
  // ChildProcess.kill sends nothing once the end is known, so a reused pid is never hit.
  const send = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const stop = async (): Promise<Ending> => {
    send('SIGCONT'); // a paused process would never see SIGTERM
    send('SIGTERM');
    const timer = setTimeout(() => {
      send('SIGKILL');
    }, STOP_WITHIN_MS);
    const ending = await exited;
    clearTimeout(timer);
    return ending;
  };
  return {
    pid,
    captured,
    exited,
    logTail: () => log.text(),
    watchLines: (watch) => log.watch(watch),
    kill: (signal = 'SIGKILL') => {
      send(signal);
      return exited;
    },
    pause: () => {
      send('SIGSTOP');
    },
    resume: () => {
      send('SIGCONT');
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}
