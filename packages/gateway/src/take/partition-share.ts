import type { PartitionKeys } from '../append/buffer-keys-port.ts';

/** How many partitions a worker should own: an equal share, rounded up so that none stays over. */
export function fairShare(partitions: number, livingWorkers: number): number {
  return Math.ceil(partitions / Math.max(1, livingWorkers));
}

/** The partitions from a random one on, so that workers that start together do not all queue for the first. */
export function fromRandomStart(partitions: readonly PartitionKeys[]): PartitionKeys[] {
  const start = Math.floor(Math.random() * partitions.length);
  return [...partitions.slice(start), ...partitions.slice(0, start)];
}
