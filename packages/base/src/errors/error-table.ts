import { HeadraceError, type ErrorDetails, type ErrorRow } from './headrace-error.ts';

/** A package's errors: its rows, and the one way to make an error from them. */
export interface ErrorTable<Code extends string> {
  readonly rows: Readonly<Record<Code, ErrorRow>>;
  /**
   * Makes (does not throw) the error of a row.
   * @param details fills `{name}` in the text and goes to the caller
   * @param cause kept for logs, never shown over HTTP
   */
  create(code: Code, details?: ErrorDetails, cause?: unknown): HeadraceError;
}

/** Declares the error table of a package. A test keeps all tables and docs/errors.md equal. */
export function defineErrors<const Rows extends Record<string, ErrorRow>>(
  rows: Rows,
): ErrorTable<keyof Rows & string> {
  return {
    rows: Object.freeze(rows),
    create: (code, details, cause) =>
      new HeadraceError(code, rows[code] as ErrorRow, details, cause),
  };
}
