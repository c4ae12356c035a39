/** How a process stands when its first request comes. */
export const FIRST_CASES = {
  driverCold: 'the driver, not connected yet',
  driverConnected: 'the driver after connect()',
  headrace: 'the writer of Headrace, opened',
} as const;

export type FirstCase = keyof typeof FIRST_CASES;
export const FIRST_CASE_NAMES = Object.keys(FIRST_CASES) as readonly FirstCase[];

/** Requests that come first, all at once. */
export const FIRST_REQUESTS = [1, 16] as const;
