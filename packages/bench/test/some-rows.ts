import type { OfferedRow } from '../src/measure/measure-offered.ts';
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

/** Two rounds at two shares: the P99 of strong is 1 and 1.2 times that of plain at 25 %, a quarter of it and a fifth at 80 %. */
export function twoShares(): readonly OfferedRow[] {
  const p99s = { 0.25: [5, 6], 0.8: [10, 8] } as const;
  const plain = { 0.25: 5, 0.8: 40 } as const;
  return [1, 2].flatMap((round) =>
    ([0.25, 0.8] as const).flatMap((share) => [
      offeredRow({ round, share, name: 'plain' }, plain[share]),
      offeredRow({ round, share, name: 'strong' }, p99s[share][round - 1] ?? 0),
    ]),
  );
}

function offeredRow(row: Pick<OfferedRow, 'round' | 'share' | 'name'>, p99: number): OfferedRow {
  const lagMs = { p50: 0.1, p90: 0.2, p99: 0.3, max: 0.4 };
  const latencyMs = { p50: 2, p90: 3, p99, max: 50 };
  const counts = { offered: 4_000, answered: 4_000, refused: 0, socketErrors: 0, stored: 4_000 };
  const cpu = { driverCpuSeconds: 0.1, driverPriority: 0, cpuSeconds: { server: 1, mongodb: 1 } };
  return { ...row, ...counts, ...cpu, seconds: 4, offeredPerSecond: 1_000, latencyMs, lagMs };
}
