import { existsSync } from 'node:fs';

const living = new Set<number>();

/** Remembers a child so that it is killed when this process exits without stopping it. */
export function rememberChild(pid: number): void {
  if (living.size === 0) process.once('exit', killLiving);
  living.add(pid);
}

export function forgetChild(pid: number): void {
  living.delete(pid);
  if (living.size === 0) process.off('exit', killLiving);
}

function killLiving(): void {
  for (const pid of living) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (cause) {
      // ESRCH: it ended by itself just before us, which is what was wanted.
      if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
    }
  }
}

const SETPRIV = '/usr/bin/setpriv';

/**
 * Words to put before a command so that the kernel kills it when we die by a signal: the `exit`
 * event never comes then. Linux only; elsewhere such a child stays behind.
 */
export function diesWithUs(): readonly string[] {
  return process.platform === 'linux' && existsSync(SETPRIV)
    ? [SETPRIV, '--pdeathsig', 'KILL', '--']
    : [];
}
