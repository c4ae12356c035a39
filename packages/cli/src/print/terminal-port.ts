/** What a verb may use of the outside. */
export interface Terminal {
  /** One line (or block) of the result: standard output. */
  readonly say: (line: string) => void;
  /** Everything beside the result: standard error. */
  readonly note: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
}
