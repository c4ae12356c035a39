export { findWrongQuotes, readQuotedRatios, type QuotedRatio } from './report/quoted-ratios.ts';
export { computeRatios, type Ratios, type Spread } from './report/ratios.ts';
export { judgeMarks, type Mark } from './report/marks.ts';
export type { Results } from './report/results.ts';
