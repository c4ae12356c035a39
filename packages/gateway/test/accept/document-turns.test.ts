import type { Write } from '@headrace/writer';
import { waitFor } from '@headrace/testkit';
import { describe, expect, it } from 'vitest';
import { DocumentTurns, type NumberedWrite } from '../../src/accept/document-turns.ts';

function line(number: number, canonicalId = 'hot', changed: Partial<Write> = {}): NumberedWrite {
  return {
    number,
    write: { canonicalId, idOrigin: 'caller', tier: 'strong', ...changed } as Write,
  };
}

function turnsOf(): { turns: DocumentTurns<NumberedWrite>; sent: number[] } {
  const sent: number[] = [];
  return { turns: new DocumentTurns((one) => sent.push(one.number)), sent };
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('the lines of one document', () => {
  it('go 32 at once, and the next when one of them has ended', async () => {
    const { turns, sent } = turnsOf();
    const lines = numbers(1, 40).map((number) => line(number));
    for (const one of lines) turns.take(one);
    expect([sent, turns.waiting]).toEqual([numbers(1, 32), 8]);
    for (const one of lines.slice(0, 3)) turns.ended(one);
    await waitFor(() => sent.length === 35, { what: 'three more are sent' });
    expect([sent, turns.waiting]).toEqual([numbers(1, 35), 5]);
  });

  it('do not hold other documents, made ones or the buffered lane', () => {
    const { turns, sent } = turnsOf();
    for (const number of numbers(1, 40)) {
      turns.take(line(number * 10, `other-${number}`));
      turns.take(line(number * 10 + 1, 'random', { idOrigin: 'random' }));
      turns.take(line(number * 10 + 2, 'queued', { tier: 'eventual' }));
    }
    expect([sent.length, turns.waiting]).toEqual([120, 0]);
  });

  it('are sent again in their order when others crowd the document', async () => {
    const { turns, sent } = turnsOf();
    const [first, second, third, fourth] = numbers(1, 4).map((number) => line(number));
    if (!first || !second || !third || !fourth) expect.unreachable();
    for (const one of [first, second, third]) turns.take(one);
    turns.crowded(third, 10_000);
    turns.crowded(second, 10_000);
    turns.take(fourth);
    expect([sent, turns.waiting]).toEqual([[1, 2, 3], 3]);
    turns.ended(first);
    await waitFor(() => sent.length === 6, { what: 'all are sent again' });
    expect(sent.slice(3)).toEqual([2, 3, 4]);
  });

  it('are sent again after the time told when none of theirs is under way', async () => {
    const { turns, sent } = turnsOf();
    const [first, second] = [line(1), line(2)];
    turns.take(first);
    turns.take(second);
    turns.crowded(first, 20);
    turns.crowded(second, 20);
    expect(turns.waiting).toBe(2);
    await waitFor(() => sent.length === 4, { what: 'both are sent again' });
    expect(sent).toEqual([1, 2, 1, 2]);
  });
});
