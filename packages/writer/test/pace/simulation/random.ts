/** Numbers by chance that are the same in every run with the same seed. */
export interface Random {
  /** From 0 up to 1. */
  uniform(): number;
  /** Log-normal with median 1. */
  lognormal(sigma: number): number;
  /** Time to the next of events that come at random, `perMs` of them a millisecond. */
  waitMs(perMs: number): number;
}

/** xorshift32 (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 2003). */
export function seededRandom(seed: number): Random {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  const uniform = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
  for (let n = 0; n < 16; n += 1) uniform();
  return {
    uniform,
    /** Box and Muller, 1958. */
    lognormal: (sigma) => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      return Math.exp(sigma * radius * Math.cos(2 * Math.PI * uniform()));
    },
    waitMs: (perMs) => -Math.log(1 - uniform()) / perMs,
  };
}
