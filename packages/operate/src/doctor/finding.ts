/** How much a finding matters: an error keeps Headrace from doing what the configuration says. */
export type Level = 'ok' | 'warning' | 'error';

/** What one check found. */
export interface Finding {
  /** What was looked at, such as `mongodb members`; does not change between versions. */
  readonly check: string;
  readonly level: Level;
  /** What was found, in one line. */
  readonly text: string;
  /** What to do about it; absent where all is well. */
  readonly fix?: string;
}

/** The findings of one check. */
export interface Finder {
  ok(text: string): Finding;
  warning(text: string, fix: string): Finding;
  error(text: string, fix: string): Finding;
}

export function finderOf(check: string): Finder {
  return {
    ok: (text) => ({ check, level: 'ok', text }),
    warning: (text, fix) => ({ check, level: 'warning', text, fix }),
    error: (text, fix) => ({ check, level: 'error', text, fix }),
  };
}
