import { finderOf, type Finder, type Finding } from './finding.ts';

/** Longest that one check may take. */
export const checkAtMostMs = 5_000;

/** Something to look at. Whatever `look` throws becomes its finding. */
export interface Check {
  readonly name: string;
  readonly look: (finder: Finder) => Promise<readonly Finding[]>;
  /** What a failure means and what to do about it. */
  readonly explain: (cause: unknown) => { readonly text: string; readonly fix: string };
}

/** Runs a check, five seconds at most; never rejects. */
export async function runCheck({ name, look, explain }: Check): Promise<readonly Finding[]> {
  const finder = finderOf(name);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      const text = `no answer within ${checkAtMostMs / 1000} s`;
      resolve([finder.error(text, 'see whether a firewall drops the connection')]);
    }, checkAtMostMs);
  });
  try {
    return await Promise.race([look(finder), late]);
  } catch (cause) {
    const { text, fix } = explain(cause);
    return [finder.error(text, fix)];
  } finally {
    clearTimeout(timer);
  }
}

/** The message of an error and of what caused it, in one line. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner: unknown = cause instanceof AggregateError ? cause.errors[0] : cause.cause;
  const text = cause.message === '' ? cause.name : cause.message;
  const own = text.replace(/\s+/g, ' ');
  if (inner === undefined) return own;
  const below = reasonOf(inner);
  // Drivers repeat in each error around another what that one says.
  return below.startsWith(own) ? below : `${own}: ${below}`;
}
