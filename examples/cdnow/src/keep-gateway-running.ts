import { fileURLToPath } from 'node:url';
import { startProcess, type ProcessPlan, type RunningProcess } from '@headrace/local-servers';
import { cdnowErrors } from './cdnow-errors.ts';

/** Gateway and worker in one process of their own, started again when it dies. */
export interface KeptGateway {
  /** Stays the same over restarts: the configuration names the port. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface KeepGateway {
  /** What happens to it, a line each. */
  readonly say: (line: string) => void;
  /** Called when it can not be kept running. */
  readonly onLost: (error: unknown) => void;
}

const COMMAND = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));
const RESTARTS = 5;

/**
 * Runs the planned process and keeps it up: try `kill -9` on it in the middle of the replay.
 * @throws HeadraceError `server-did-not-start` with what it said, such as why it refuses a server
 */
export async function keepGatewayRunning(
  plan: ProcessPlan,
  options: KeepGateway,
): Promise<KeptGateway> {
  let current = await startProcess(plan);
  let ended = 0;
  let stopping = false;
  let restarting: Promise<void> = Promise.resolve();

  const startAgain = async (dead: RunningProcess): Promise<void> => {
    const { code, signal } = await dead.exited;
    if (stopping) return;
    ended += 1;
    const how = signal === null ? `with exit code ${code ?? 0}` : `by ${signal}`;
    if (ended > RESTARTS) {
      const logTail = dead.logTail();
      throw cdnowErrors.create('gateway-keeps-ending', { times: ended, how, logTail });
    }
    options.say(`The gateway was ended ${how}; starting it again.`);
    current = await startProcess(plan);
    keep();
  };
  const keep = (): void => {
    restarting = startAgain(current).catch(options.onLost);
  };
  keep();

  return {
    url: current.captured[0] ?? '',
    get pid() {
      return current.pid;
    },
    stop: async () => {
      stopping = true;
      await current.stop();
      await restarting;
      await current.stop(); // another one if it was just being started again
    },
  };
}

/** `headrace up` from the sources. */
export function gatewayPlan(configFile: string): ProcessPlan {
  return {
    name: 'headrace up',
    path: process.execPath,
    args: ['--conditions=headrace-source', COMMAND, 'up', '--config', configFile],
    cwd: process.cwd(),
    ready: /headrace listening on (http:\/\/\S+)/,
  };
}
