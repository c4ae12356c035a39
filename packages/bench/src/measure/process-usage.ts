import { readFile } from 'node:fs/promises';
import { benchErrors } from '../errors.ts';

/** What a process has used. */
export interface Usage {
  /** User and system time since it started. */
  readonly cpuSeconds: number;
  /** Resident now. */
  readonly rssMib: number;
}

/** USER_HZ: what the kernel counts in towards user space, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1_024;

/**
 * Reads proc(5). Undefined where there is none: then the results hold no usage.
 * @param part the process plays, for the message
 * @throws HeadraceError `process-ended`
 */
export async function readUsage(part: string, pid: number): Promise<Usage | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]).catch((cause: unknown) => {
    throw benchErrors.create('process-ended', { part, pid }, cause);
  });
  return { cpuSeconds: cpuSecondsOf(stat), rssMib: rssMibOf(status) };
}

/** Fields 14 and 15, counted from behind the command name, which may hold spaces and brackets. */
export function cpuSecondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function rssMibOf(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / KIB_PER_MIB;
}

/** Of all processes of a case, by the part each plays. */
export async function readUsages(
  pids: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, Usage>>> {
  const entries = await Promise.all(
    Object.entries(pids).map(async ([part, pid]) => [part, await readUsage(part, pid)] as const),
  );
  return Object.fromEntries(entries.flatMap(([part, usage]) => (usage ? [[part, usage]] : [])));
}

/** CPU seconds, by the part each process plays. */
export function spentBetween(
  before: Readonly<Record<string, Usage>>,
  after: Readonly<Record<string, Usage>>,
): Readonly<Record<string, number>> {
  return mapValues(after, ({ cpuSeconds }, part) => {
    const spent = cpuSeconds - (before[part]?.cpuSeconds ?? 0);
    return Number(spent.toFixed(2));
  });
}

/** Resident MiB, by the part each process plays. */
export function residentAt(
  usages: Readonly<Record<string, Usage>>,
): Readonly<Record<string, number>> {
  return mapValues(usages, ({ rssMib }) => Number(rssMib.toFixed(1)));
}

function mapValues(
  usages: Readonly<Record<string, Usage>>,
  change: (usage: Usage, part: string) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(usages).map(([part, usage]) => [part, change(usage, part)]),
  );
}
