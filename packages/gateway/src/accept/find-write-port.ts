/** Asks what became of a write; see protocol C7. */
export interface WriteQuestion {
  readonly writeId: string;
  readonly tenant: string;
  /** `database.collection` and `_id`, when the caller has the receipt's location. */
  readonly namespace?: string | undefined;
  readonly canonicalId?: string | undefined;
}

/** What is known for certain; `unknown` is never turned into `applied` by absence. */
export type WriteState =
  | { readonly state: 'queued' }
  | { readonly state: 'applied' }
  | {
      readonly state: 'rejected';
      /** It is kept whole; undefined where its caller was told of the refusal instead. */
      readonly deadLetter?: true;
      readonly reason: { readonly code: string; readonly text: string };
    }
  | { readonly state: 'unknown' };

/** Where the state of a write can be asked for. */
export interface FindWrite {
  find(question: WriteQuestion): Promise<WriteState>;
  /** Resolves with the first state that is not `queued`, or with `queued` after `waitMs`. */
  waitFor(question: WriteQuestion, waitMs: number): Promise<WriteState>;
}
