import {
  startProcess,
  type Ending,
  type ProcessPlan,
  type RunningProcess,
} from './running-process.ts';

/** A server of ours, on 127.0.0.1, that can be hurt and brought back. */
export interface RunningServer extends AsyncDisposable {
  readonly uri: string;
  readonly port: number;
  /** Of the present process: another one after `restart`. */
  readonly pid: number;
  /** Where its data lies. */
  readonly folder: string;
  /** The end of the present process; see `RunningProcess.exited`. */
  readonly exited: Promise<Ending>;
  readonly logTail: () => string;
  kill(signal?: NodeJS.Signals): Promise<Ending>;
  pause(): void;
  resume(): void;
  /** Ends it if it still runs, and starts it again on the same port and folder. */
  restart(): Promise<void>;
  stop(): Promise<Ending>;
}

export interface ServerPlan {
  readonly folder: string;
  readonly port: number;
  readonly uri: string;
  readonly process: ProcessPlan;
  /** Work between the ready line and the first use. */
  readonly afterStart?: () => Promise<void>;
}

/** Starts a server by its plan and keeps the plan, so that it can be started again. */
export async function startServer(plan: ServerPlan): Promise<RunningServer> {
  let current = await startOnce(plan);
  const stop = (): Promise<Ending> => current.stop();
  return {
    uri: plan.uri,
    port: plan.port,
    folder: plan.folder,
    get pid() {
      return current.pid;
    },
    get exited() {
      return current.exited;
    },
    logTail: () => current.logTail(),
    kill: (signal) => current.kill(signal),
    pause: () => {
      current.pause();
    },
    resume: () => {
      current.resume();
    },
    restart: async () => {
      await stop();
      current = await startOnce(plan);
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

async function startOnce(plan: ServerPlan): Promise<RunningProcess> {
  const running = await startProcess(plan.process);
  try {
    await plan.afterStart?.();
  } catch (cause) {
    await running.stop();
    throw cause;
  }
  return running;
}
