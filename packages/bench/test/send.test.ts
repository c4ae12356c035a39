import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SendRow } from '../src/measure/send-job.ts';
import { planSendSteps, SEND_CASE_NAMES, WHOLE_SEND } from '../src/plan/send-cases.ts';
import { readSendCommandLine } from '../src/plan/send-command-line.ts';
import {
  formatSend,
  judgeSendMarks,
  sendRatios,
  sendResults,
  type SendResults,
} from '../src/report/send-results.ts';

const row = (some: Partial<SendRow> & Pick<SendRow, 'name' | 'cpuUsPerDocument'>): SendRow => ({
  round: 1,
  batch: 500,
  documents: 40_000,
  seconds: 0.5,
  documentsPerSecond: 80_000,
  ...some,
});

/** Three rounds of two cases, insertMany at 3 us. */
const rows = [0.9, 1.2, 1.5].flatMap((cost, at) => [
  row({ round: at + 1, name: 'rawBytes', cpuUsPerDocument: cost }),
  row({ round: at + 1, name: 'insertMany', cpuUsPerDocument: 3 }),
]);

describe('the plan', () => {
  test('has a process for every case in every round, each beginning with another case and size', () => {
    const steps = planSendSteps(WHOLE_SEND);
    expect(steps).toHaveLength(5 * SEND_CASE_NAMES.length);
    expect(steps.map(({ batches }) => batches[0]).slice(5, 7)).toEqual([100, 500]);
    expect(new Set(steps.map((step) => JSON.stringify(step))).size).toBe(steps.length);
    const first = (round: number) => steps.find((step) => step.round === round)?.name;
    expect([1, 2, 3].map(first)).toEqual(SEND_CASE_NAMES.slice(0, 3));
  });

  test('only a run of everything is kept unless a folder is named', () => {
    expect(readSendCommandLine([]).out).toBe('bench/results');
    for (const args of [['--quick'], ['--rounds', '4'], ['--only', 'rawBytes']]) {
      expect(readSendCommandLine(args).out).toBeUndefined();
      expect(readSendCommandLine([...args, '--out', 'here']).out).toBe('here');
    }
  });

  test.each([
    [['--rounds', '0'], /--rounds wants a whole number/],
    [['--only', 'insertmany'], /not "insertmany"/],
    [['--loud'], /--loud[\s\S]*--help/],
  ])('%j is refused with its reason', (args, reason) => {
    expect(() => readSendCommandLine(args)).toThrow(reason);
  });
});

describe('the ratios', () => {
  test('are formed within each round, of CPU time, the unmarked sizes under their own names', () => {
    const others = rows.map((one) => ({ ...one, batch: 100, cpuUsPerDocument: 2 }));
    const ratios = sendRatios([...rows, ...others]);
    expect(ratios).toEqual({
      rawCpuToInsertMany: { median: 0.4, min: 0.3, max: 0.5, perRound: [0.3, 0.4, 0.5] },
      rawCpuToInsertManyAt100: { median: 1, min: 1, max: 1, perRound: [1, 1, 1] },
    });
  });

  test('a mark is met at its target and below, and only judged where its case was measured', () => {
    const judge = (cost: number) =>
      judgeSendMarks(
        sendRatios([row({ name: 'rawBytes', cpuUsPerDocument: cost }), ...rows.slice(1, 2)]),
        ['rawBytes'],
      );
    expect(judge(1.05)).toEqual([
      { ratio: 'rawCpuToInsertMany', atMost: 0.35, found: 0.35, met: true },
    ]);
    expect(judge(1.08)[0]?.met).toBe(false);
  });
});

test('the ratios and marks that are kept are those of the rounds that are kept', () => {
  const root = join(import.meta.dirname, '../../..');
  for (const path of globSync('bench/results/send.json', { cwd: root })) {
    const kept = JSON.parse(readFileSync(join(root, path), 'utf8')) as SendResults;
    expect(kept.ratios).toEqual(sendRatios(kept.rounds));
    expect(kept.marks).toEqual(judgeSendMarks(kept.ratios, kept.settings.cases));
  }
});

test('the report has a line for each case and size, each ratio with its spread, each mark', () => {
  const settings = { ...WHOLE_SEND, cases: ['rawBytes', 'insertMany'] as const, batches: [500] };
  const surroundings = {
    date: '2026-01-01T00:00:00.000Z',
    command: 'npm run bench:send',
    commit: { id: 'c0ffee', clean: true },
    machine: { cpu: 'a cpu', cores: 2, memoryGib: 8, system: 'linux 6 x64', loadBefore: 0 },
    versions: { node: 'v24.0.0' },
    programs: {},
  };
  const report = formatSend(sendResults(surroundings, { settings, rounds: rows }));
  expect(report).toMatch(/^rawBytes +500 +1\.20 +\(0\.90 to 1\.50\) +80,000 /m);
  expect(report).toMatch(/^rawCpuToInsertMany +0\.40 +\(0\.30 to 0\.50\)$/m);
  expect(report).toMatch(/^missed +rawCpuToInsertMany at most 0\.35: 0\.40$/m);
});
