import type { Finder, Finding } from './finding.ts';

/** Beyond it /readyz is red and ages can not be trusted. */
const errorFromMs = 60_000;
const warningFromMs = 5_000;

/**
 * Compares our clock with a server's.
 * @param readServer epoch milliseconds of the server
 */
export async function clockOffset(
  finder: Finder,
  readServer: () => Promise<number>,
): Promise<Finding> {
  const beforeMs = Date.now();
  const serverMs = await readServer();
  // The server looked at its clock at some time between.
  const offsetMs = Math.round((beforeMs + Date.now()) / 2 - serverMs);
  return judgeOffset(finder, offsetMs);
}

/** @param offsetMs ours minus the server's */
export function judgeOffset(finder: Finder, offsetMs: number): Finding {
  const size = Math.abs(offsetMs);
  if (size <= warningFromMs) return finder.ok(`${size} ms apart`);
  const text = `our clock is ${(size / 1000).toFixed(1)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} the server's`;
  const fix = 'let NTP (chrony, systemd-timesyncd) set both clocks';
  return size > errorFromMs ? finder.error(text, fix) : finder.warning(text, fix);
}
