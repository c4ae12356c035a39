import type { Load } from '../load.ts';
import type { System } from '../start-system.ts';
import { expectBufferDrained } from './buffer-drained.ts';
import { expectStoredExactlyOnce } from './stored-exactly-once.ts';

/**
 * Brings a load to its end and holds the stores against what its callers were told: what was
 * accepted is applied or a dead letter, once, and nothing stays behind in Redis.
 */
export async function expectNothingLost(system: System, load: Load): Promise<void> {
  await load.settle();
  await expectBufferDrained(system);
  await expectStoredExactlyOnce(system, load);
}
