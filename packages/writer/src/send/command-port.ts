import type { TierConcern } from './tier-concern-port.ts';

/** One insert command: documents as BSON bytes, sent unordered. */
export interface InsertCommand {
  readonly namespace: string;
  readonly documents: readonly Uint8Array[];
  readonly concern: TierConcern;
  /** Which of the sender's sessions to use: a slot's re-sends stay on the slot's session. */
  readonly session: string;
}

/** One update or delete command: its statements as BSON bytes, each for one document. */
export interface ChangeCommand {
  readonly kind: 'update' | 'delete';
  readonly namespace: string;
  readonly statements: readonly Uint8Array[];
  /** A transaction has its own instead. */
  readonly concern: TierConcern;
  readonly session: string;
}

/** One refused document of a command, as the server names it. */
export interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
  readonly keyPattern?: Readonly<Record<string, unknown>>;
  /** What a validator found, by rule. */
  readonly errInfo?: Readonly<Record<string, unknown>>;
}

/** The server's own reply, or what is known when there is none. */
export type CommandOutcome =
  | {
      readonly kind: 'reply';
      /** Documents the server counts as inserted. */
      readonly inserted: number;
      readonly writeErrors: readonly WriteError[];
      readonly writeConcernError: { readonly code: number; readonly errmsg: string } | undefined;
      /** How often the driver tried; undefined where it can not be known. */
      readonly tries: number | undefined;
    }
  | {
      readonly kind: 'failure';
      readonly cause: unknown;
      /** True only when it is certain that no server has acted on the command. */
      readonly neverSent: boolean;
      /** How often the driver tried; undefined where it can not be known. */
      readonly tries: number | undefined;
    };

/** The server's totals for an update or delete command, or what is known when there are none. */
export type ChangeOutcome =
  | {
      readonly kind: 'reply';
      /** Documents matched, inserted or deleted. */
      readonly n: number;
      readonly modified: number;
      /** Positions of the statements that inserted. */
      readonly upserted: ReadonlySet<number>;
      readonly writeErrors: readonly WriteError[];
      readonly writeConcernError: { readonly code: number; readonly errmsg: string } | undefined;
    }
  | { readonly kind: 'failure'; readonly cause: unknown; readonly neverSent: boolean };

/** Sends commands; never throws for what a server or network does. */
export interface CommandSender {
  /** Which way is live, for the gauge: bytes straight to the wire, or the driver's public call. */
  readonly path: 'raw' | 'insertMany';
  insert(command: InsertCommand): Promise<CommandOutcome>;
  /** Within a transaction, or outside as a retryable write where `path` is `raw`. */
  change(command: ChangeCommand): Promise<ChangeOutcome>;
  stop(): Promise<void>;
}
