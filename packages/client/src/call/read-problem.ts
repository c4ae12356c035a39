import { HeadraceClientError, ownError } from '../errors.ts';
import type { Answer } from './exchange.ts';

/** Statuses by which something between client and gateway says that it could not reach it. */
const PASSING = new Set([408, 429, 502, 503, 504]);

/** The error of an answer that is no success. */
export function readProblem(answer: Answer, base: string): HeadraceClientError {
  const { status } = answer;
  const retryAfterMs = retryAfterHeaderMs(answer.headers.get('retry-after'));
  const problem = parseObject(answer.text);
  if (problem === undefined || typeof problem['code'] !== 'string') {
    const retryable = PASSING.has(status);
    return ownError('bad-answer', '', { status, retryable, retryAfterMs });
  }
  const { retryAfterMs: told } = problem;
  const docs = textOf(problem['docs']);
  return new HeadraceClientError(problem['code'], textOf(problem['detail']) ?? problem['code'], {
    status,
    retryable: problem['retryable'] === true,
    retryAfterMs: typeof told === 'number' ? told : retryAfterMs,
    writeId: textOf(problem['writeId']),
    requestId: textOf(problem['requestId']),
    docs: docs?.startsWith('/') === true ? base + docs : docs,
    replayed: answer.headers.get('idempotency-replayed') === 'true',
  });
}

/** The object a text holds; undefined where it holds something else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // the page of a proxy, say
    throw error;
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3), in milliseconds from now. */
function retryAfterHeaderMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
