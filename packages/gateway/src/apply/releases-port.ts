import type { FinalClaimState } from '../append/claim-port.ts';
import type { TakenEntry } from '../take/entry-port.ts';

/** An entry whose final state is recorded where it can not be lost. */
export interface Release {
  readonly entry: TakenEntry;
  readonly writeId: string;
  readonly fingerprint: Buffer;
  readonly keyed: boolean;
  readonly state: FinalClaimState;
}

/** Where entries leave Redis. */
export interface ReleasesPort {
  release(release: Release): void;
  /** Resolves when everything given so far has left Redis, or was dropped. */
  idle(): Promise<void>;
  /** Drops what was not sent yet, and repeats nothing more. */
  abandon(): void;
}
