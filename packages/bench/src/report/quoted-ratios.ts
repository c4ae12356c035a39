import type { Ratios } from './ratios.ts';

/** A ratio that a page quotes: `<!-- ratio:strongToPlain -->5.3<!-- /ratio -->`. */
export interface QuotedRatio {
  readonly name: string;
  /** As written. */
  readonly text: string;
}

/** Every ratio quoted between markers, in order. */
export function readQuotedRatios(page: string): readonly QuotedRatio[] {
  const marked = page.matchAll(/<!-- ratio:(\w+) -->([^<]*)<!-- \/ratio -->/g);
  return [...marked].map(([, name = '', text = '']) => ({ name, text: text.trim() }));
}

/**
 * What a page says and the results do not: a ratio has to be quoted as its median, rounded to as many
 * digits as the page has.
 */
export function findWrongQuotes(page: string, ratios: Ratios): readonly string[] {
  return readQuotedRatios(page).flatMap(({ name, text }) => {
    const found = ratios[name]?.median;
    if (found === undefined) return [`${name} is quoted and was not measured`];
    const right = found.toFixed(text.split('.')[1]?.length ?? 0);
    return text === right ? [] : [`${name} is quoted as ${text}, measured is ${right}`];
  });
}
