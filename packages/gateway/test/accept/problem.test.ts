import { HeadraceError } from '@headrace/base';
import { writerErrors } from '@headrace/writer';
import { describe, expect, it } from 'vitest';
import {
  asHeadraceError,
  failedLineText,
  problemText,
  retryHeaders,
} from '../../src/accept/problem.ts';
import { gatewayErrors } from '../../src/errors.ts';

const rows = Object.entries({ ...writerErrors.rows, ...gatewayErrors.rows });

describe('every row of both error tables', () => {
  it.each(rows)(
    '%s has a status, a whole problem, and Retry-After where it is due',
    (code, row) => {
      const error = new HeadraceError(code, row, { path: '/a' }, new Error('secret cause'));
      const problem = JSON.parse(problemText(error, { requestId: 'r-1' })) as Record<
        string,
        unknown
      >;
      expect(problem).toMatchObject({
        type: `urn:headrace:error:${code}`,
        status: row.status,
        code,
        retryable: row.retry !== 'never',
        requestId: 'r-1',
        docs: `/docs#${code}`,
        path: '/a',
      });
      expect(JSON.stringify(problem)).not.toContain('secret cause');
      const isDue = row.retry !== 'never' && [429, 503].includes(row.status);
      expect(retryHeaders(error)).toEqual(isDue ? ['retry-after', 1] : []);
      expect(problem['retryAfterMs']).toBe(isDue ? 1000 : undefined);
      expect([400, 403, 404, 408, 409, 412, 413, 415, 422, 429, 431, 500, 503, 504]).toContain(
        row.status,
      );
    },
  );
});

describe('a problem', () => {
  it('rounds Retry-After up to whole seconds', () => {
    const error = writerErrors.create('over-capacity', { retryAfterMs: 1200 });
    expect(retryHeaders(error)).toEqual(['retry-after', 2]);
  });

  it('is never renamed by the details of its occasion', () => {
    const error = writerErrors.create('bad-typed-value', { type: 'decimal', status: 7, code: 'x' });
    const problem = JSON.parse(problemText(error, { requestId: 'r' })) as Record<string, unknown>;
    expect(problem).toMatchObject({ code: 'bad-typed-value', status: 422 });
    const line = JSON.parse(failedLineText(error, 3, 'w')) as Record<string, unknown>;
    expect(line).toMatchObject({ line: 3, code: 'bad-typed-value', status: 422, writeId: 'w' });
  });

  it('is made of anything thrown', () => {
    const cause = new TypeError('a bug');
    const error = asHeadraceError(cause);
    expect(error).toMatchObject({ code: 'internal-error', status: 500, cause });
    expect(problemText(error, { requestId: 'r' })).not.toContain('a bug');
  });
});
