import type { HeadraceError } from '@headrace/base';
import { gatewayErrors } from '../errors.ts';

/** The parameters of a query; one that is there more than once is an array. */
export type Query = Readonly<Record<string, unknown>>;

/** Refuses parameters a route does not know: what they ask for would silently not be done. */
export function checkQuery(query: Query, known: readonly string[]): void {
  for (const name in query) {
    if (known.includes(name)) continue;
    const those = known.length === 0 ? 'none' : known.join(' and ');
    throw badQuery(name, `it is not known here; known here: ${those}`);
  }
}

/** The text of a parameter; undefined without it. Throws `bad-query`. */
export function readText(query: Query, name: string): string | undefined {
  const asked = query[name];
  if (asked === undefined || typeof asked === 'string') return asked;
  throw badQuery(name, 'it is there at most once');
}

/** A parameter that is `true` or `false`; false without it. Throws `bad-query`. */
export function readFlag(query: Query, name: string): boolean {
  const asked = readText(query, name);
  if (asked === undefined || asked === 'false') return false;
  if (asked === 'true') return true;
  throw badQuery(name, 'it is true or false');
}

/** Makes (does not throw) a `bad-query`. */
export function badQuery(parameter: string, reason: string): HeadraceError {
  return gatewayErrors.create('bad-query', { parameter, reason });
}
