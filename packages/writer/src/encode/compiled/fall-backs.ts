/**
 * Why compiled code did not write everything: a field the schema does not have, a value of a type it
 * does not name there, or a document that as a whole is no plain object.
 */
export const FALL_BACK_REASONS = ['unlisted field', 'other type', 'other document'] as const;
export type FallBackReason = (typeof FALL_BACK_REASONS)[number];

/** Bits in `Arena.strayed`. */
export const UNLISTED_FIELD = 1;
export const OTHER_TYPE = 2;
export const OTHER_DOCUMENT = 4;

/** How many documents were written, and how many of them not by compiled code alone. */
export interface FallBackCounts {
  readonly documents: number;
  readonly fallBacks: number;
  /** Documents by reason; one may have several. */
  readonly byReason: Readonly<Record<FallBackReason, number>>;
}

/** Counts by document. */
export class FallBacks {
  #documents = 0;
  #fallBacks = 0;
  readonly #byBit = [0, 0, 0];

  /** Counts one document with the bits of its reasons. */
  count(bits: number): void {
    this.#documents++;
    if (bits === 0) return;
    this.#fallBacks++;
    for (let i = 0; i < this.#byBit.length; i++) {
      if ((bits & (1 << i)) !== 0) this.#byBit[i] = (this.#byBit[i] as number) + 1;
    }
  }

  read(): FallBackCounts {
    const byReason = Object.fromEntries(
      FALL_BACK_REASONS.map((reason, i) => [reason, this.#byBit[i] as number]),
    ) as Record<FallBackReason, number>;
    return { documents: this.#documents, fallBacks: this.#fallBacks, byReason };
  }
}
