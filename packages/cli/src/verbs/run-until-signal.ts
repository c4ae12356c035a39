import { constants } from 'node:os';
import { StopOrder } from '@headrace/base';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Starts, runs until SIGINT or SIGTERM, then stops what was started, last first. A signal during
 * the start lets the start end first; a second signal leaves at once with 128 + its number.
 * @param start registers each part in the order as soon as it runs
 */
export async function runUntilSignal(
  start: (order: StopOrder) => Promise<void>,
  note: (line: string) => void,
): Promise<void> {
  const order = new StopOrder();
  const signalled = firstSignal(note);
  try {
    await start(order);
    await signalled;
  } catch (error) {
    // The failed start is what the operator must see; what it leaves running is stopped first.
    await order.stop().catch((failure: unknown) => {
      note(failure instanceof Error ? failure.message : String(failure));
    });
    throw error;
  }
  await order.stop();
}

function firstSignal(note: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        signals += 1;
        if (signals > 1) process.exit(128 + constants.signals[signal]);
        note(`${signal}: finishing what was accepted; once more leaves at once`);
        resolve();
      });
    }
  });
}
