import { describe, expect, it } from 'vitest';
import { Window } from '../../src/take/window.ts';

const limits = { maxEntries: 100, maxBytes: 1_000 };

function windowOf(queued: Record<string, number>): Window {
  const window = new Window(limits);
  window.learn(new Map(Object.entries(queued)));
  return window;
}

function take(window: Window, name: string, entries: number): void {
  for (let i = 0; i < entries; i += 1) window.tenant(name)?.take(`1-${i}`, 1);
}

describe('the window of a partition', () => {
  it('is all for a tenant that waits alone', () => {
    expect(windowOf({ a: 5_000 }).plan()).toMatchObject([{ entries: 100, bytes: 1_000 }]);
  });

  it('gives no tenant more than half while another one waits', () => {
    const window = windowOf({ a: 5_000, b: 10 });
    take(window, 'a', 50);
    expect(window.plan()).toMatchObject([{ of: { tenant: 'b' }, entries: 50 }]);
  });

  it('is all for one again when the other one has nothing left in Redis', () => {
    const window = windowOf({ a: 5_000, b: 10 });
    take(window, 'a', 50);
    take(window, 'b', 10);
    const asked = window.plan().find(({ of }) => of.tenant === 'a');
    expect(asked?.entries).toBe(40);
  });

  it('is full at its number of entries and at its number of bytes', () => {
    const byEntries = windowOf({ a: 5_000 });
    take(byEntries, 'a', 100);
    expect(byEntries.plan()).toEqual([]);
    const byBytes = windowOf({ a: 5_000 });
    byBytes.tenant('a')?.take('1-1', 1_000);
    expect(byBytes.plan()).toEqual([]);
  });

  it('opens again when entries leave', () => {
    const window = windowOf({ a: 5_000 });
    take(window, 'a', 100);
    window.tenant('a')?.released(1);
    expect(window.plan()).toMatchObject([{ entries: 1 }]);
  });

  it('lets the tenants take turns at being first', () => {
    const window = windowOf({ a: 9, b: 9, c: 9 });
    const firsts = [1, 2, 3].map(() => window.plan()[0]?.of.tenant);
    expect(new Set(firsts)).toEqual(new Set(['a', 'b', 'c']));
  });

  it('forgets a tenant only when nothing of it is queued or in hand', () => {
    const window = windowOf({ a: 9 });
    take(window, 'a', 1);
    window.learn(new Map());
    expect(window.tenant('a')).toBeDefined();
    window.tenant('a')?.released(1);
    window.learn(new Map());
    expect(window.tenant('a')).toBeUndefined();
  });
});

describe('the entries after a take-over', () => {
  it('are suspect up to the highest id that was ever read, and not beyond', () => {
    const tenant = windowOf({ a: 9 }).tenant('a');
    tenant?.suspectUpTo('20-3');
    const suspect = ['9-9', '20-2', '20-3', '20-10', '21-0'].map((id) => tenant?.take(id, 1));
    expect(suspect).toEqual([true, true, true, false, false]);
  });

  it('are none where nobody ever read', () => {
    const tenant = windowOf({ a: 9 }).tenant('a');
    tenant?.suspectUpTo('');
    expect(tenant?.take('1-1', 1)).toBe(false);
  });
});
