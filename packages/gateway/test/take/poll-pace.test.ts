import { expect, it } from 'vitest';
import { PollPace } from '../../src/take/poll-pace.ts';

it('lets writes gather for 100 ms, and reads on at once while more is known to wait', () => {
  const pace = new PollPace();
  expect(pace.next({ entries: 3, more: false })).toBe(100);
  expect(pace.next({ entries: 500, more: true })).toBe(0);
  expect(pace.isSlow).toBe(false);
});

it('is slow after a reading that found nothing', () => {
  const pace = new PollPace();
  expect(pace.next({ entries: 0, more: false })).toBe(100);
  expect(pace.isSlow).toBe(true);
});
