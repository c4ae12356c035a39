const firstMs = 100;
const lastMs = 30_000;

/** How long a write waits before its next attempt, in milliseconds, with jitter (protocol B6). */
export function backOffMs(attempts: number): number {
  const fullMs = Math.min(firstMs * 2 ** Math.min(attempts - 1, 20), lastMs);
  return fullMs * (0.5 + Math.random() / 2);
}
