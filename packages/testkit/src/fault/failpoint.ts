import type { Document, MongoClient } from 'mongodb';

/** What the server does to the named commands instead of, or around, running them. */
export interface FailpointSpec {
  /** `insert`, `commitTransaction` and so on. */
  readonly commands: readonly string[];
  /** How often; default: until cleared. */
  readonly times?: number;
  /** The command is not run and answers this error. */
  readonly errorCode?: number;
  /** With an error or a write-concern error, `RetryableWriteError` for one. */
  readonly errorLabels?: readonly string[];
  /** The command is run, and its reply carries this. */
  readonly writeConcernError?: Document;
  /** The connection is closed and the command not run. */
  readonly closeConnection?: boolean;
  /** The command is held back for this long before it runs. */
  readonly blockMs?: number;
}

export interface Failpoint extends AsyncDisposable {
  clear(): Promise<void>;
}

/**
 * Sets the server's `failCommand`, one at a time per server; a second call replaces the first.
 * Needs `testCommands`, which `testMongo` gives.
 */
export async function failpoint(client: MongoClient, spec: FailpointSpec): Promise<Failpoint> {
  const configure = async (mode: Document | string, data?: Document): Promise<void> => {
    await client
      .db('admin')
      .command({ configureFailPoint: 'failCommand', mode, ...(data && { data }) });
  };
  const { commands, times, blockMs, ...outcome } = spec;
  await configure(times === undefined ? 'alwaysOn' : { times }, {
    failCommands: commands,
    ...outcome,
    ...(blockMs === undefined ? {} : { blockConnection: true, blockTimeMS: blockMs }),
  });
  const clear = (): Promise<void> => configure('off');
  return { clear, [Symbol.asyncDispose]: clear };
}
