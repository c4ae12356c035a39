import { expect, test } from 'vitest';
import { flameGraph, type CpuProfile } from '../src/report/flame-graph.ts';

const frame = (id: number, functionName: string, children: number[] = [], url = '') => ({
  id,
  callFrame: { functionName, url },
  children,
});

const profile: CpuProfile = {
  nodes: [
    frame(1, '(root)', [2, 5, 6]),
    frame(2, 'serve', [3, 4], 'file:///home/me/packages/gateway/src/serve.ts'),
    frame(3, 'parse<Body>', [], 'node:internal/http'),
    frame(4, '', [], 'file:///home/me/node_modules/x/y.js'),
    frame(5, '(idle)'),
    frame(6, 'serve', [], 'file:///home/me/packages/gateway/src/serve.ts'),
  ],
  samples: [3, 4, 5, 6, 2],
  timeDeltas: [50_000, 10_000, 900_000, 20_000, 20_000],
};

const widthOf = (svg: string, title: string): number => {
  const found = new RegExp(`<title>${title}[^<]*</title><rect[^>]* width="([0-9.]+)"`).exec(svg);
  return Number(found?.[1]);
};

test('a frame is as wide as the time in it and below, equal stacks together, idle time left out', () => {
  const svg = flameGraph(profile, 'a test');
  expect(svg).toContain('a test, 0.1 s on the CPU');
  expect(widthOf(svg, 'serve')).toBe(1200);
  expect(widthOf(svg, 'parse&lt;Body&gt;')).toBe(600);
  expect(widthOf(svg, '\\(anonymous\\)')).toBe(120);
  expect(svg).not.toContain('(idle)');
});

test('it names files, and not where they lie', () => {
  const svg = flameGraph(profile, 'a test');
  expect(svg).toContain('<title>serve packages/gateway/src/serve.ts 100.0 %</title>');
  expect(svg).not.toContain('/home/me');
});
