/** Fields of a log line. Never documents, never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where log lines go; pino's shape, so pino fits as it is. */
export interface Log {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Drops everything: the default of a library that was given no log. */
export const silentLog: Log = { info: ignore, warn: ignore, error: ignore };

function ignore(): void {
  // Nothing to do: the embedding program asked for no log.
}
