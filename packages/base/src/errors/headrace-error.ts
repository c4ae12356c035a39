/** What may be done after a failure; see the table of words in docs/path-of-a-write.md. */
export type Retry = 'never' | 'later' | 'after-refresh' | 'same-key-only';

/** One line of an error table: everything about a code that does not depend on the occasion. */
export interface ErrorRow {
  /** Default text; `{name}` is filled from the details. Names the cause, then the fix. */
  readonly text: string;
  readonly retry: Retry;
  /** HTTP status the gateway answers with. */
  readonly status: number;
}

/** Facts about one occasion. They reach the caller, so they never hold secrets or documents. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The one error class of Headrace. Made through an error table, never directly. */
export class HeadraceError extends Error {
  override readonly name = 'HeadraceError';
  readonly code: string;
  readonly retry: Retry;
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(code: string, row: ErrorRow, details: ErrorDetails = {}, cause?: unknown) {
    super(fillText(row.text, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.retry = row.retry;
    this.status = row.status;
    this.details = details;
  }
}

function fillText(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = details[name] as string | number | boolean | bigint | object | null | undefined;
    if (value === undefined || value === null) return placeholder;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}
