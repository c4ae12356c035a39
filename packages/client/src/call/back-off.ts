const FIRST_MS = 50;
const LONGEST_MS = 2000;
/** What is added at most to a time the gateway told, so that not all come back at once. */
const SPREAD = 0.25;

/**
 * How long to wait before a try, in milliseconds. Doubling with jitter over the upper half; a time
 * that the gateway told is never undercut.
 * @param tries how many have failed, from 1
 * @param toldMs what the gateway asked for
 * @param random from 0 to 1
 */
export function backOffMs(tries: number, toldMs: number, random: number): number {
  const ownMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1)) * (0.5 + random / 2);
  return Math.max(ownMs, toldMs * (1 + SPREAD * random));
}
