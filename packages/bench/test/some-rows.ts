import type { Row } from '../src/measure/row.ts';

/** A row with the figures that matter to a test; the others are anything. */
export function someRow(row: Partial<Row> & Pick<Row, 'name' | 'perSecond'>): Row {
  return {
    round: 1,
    connections: 64,
    seconds: 15,
    answered: Math.round(row.perSecond * 15),
    refused: 0,
    socketErrors: 0,
    latencyMs: { p50: 1, p90: 2, p99: 3, max: 4 },
    cpuSeconds: { server: 10, mongodb: 5 },
    rssMib: { server: 100, mongodb: 200 },
    ...row,
  };
}

/** Three rounds of plain and strong; strong is 5, 7 and 6 times plain at 64, 4, 8 and 9 at 256. */
export function threeRounds(): readonly Row[] {
  const times = { 64: [5, 7, 6], 256: [4, 8, 9] } as const;
  return [1, 2, 3].flatMap((round) =>
    ([64, 256] as const).flatMap((connections) => {
      const plain = 1_000 * round;
      const strong = plain * (times[connections][round - 1] ?? 0);
      return [
        someRow({ round, connections, name: 'plain', perSecond: plain }),
        someRow({ round, connections, name: 'strong', perSecond: strong }),
      ];
    }),
  );
}
