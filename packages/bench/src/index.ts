export { findWrongQuotes, readQuotedRatios, type QuotedRatio } from './report/quoted-ratios.ts';
export { type Ratios, type Spread } from './report/ratios.ts';
export { judgeMarks, type Mark } from './report/marks.ts';
export { allRatios, type Results } from './report/results.ts';
