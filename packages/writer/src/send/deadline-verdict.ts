import { writerErrors } from '../errors.ts';
import type { Knowledge } from '../gather/pending-write-port.ts';
import type { Verdict, Write } from '../gather/write-port.ts';

/**
 * What a caller is told when the deadline comes before certainty does.
 * @param reason why the last attempt settled nothing; empty when there was none
 */
export function deadlineVerdict(write: Write, knowledge: Knowledge, reason: string): Verdict {
  const { writeId, tier } = write;
  switch (knowledge) {
    case 'never':
      return {
        state: 'not-written',
        error:
          reason === ''
            ? writerErrors.create('deadline-passed', { retryAfterMs: 1000 })
            : writerErrors.create('database-unavailable', { reason, retryAfterMs: 1000 }),
      };
    case 'maybe':
      return { state: 'unknown', error: writerErrors.create('outcome-unknown', { writeId }) };
    case 'stored':
    case 'there':
      return {
        state: 'below-tier',
        error: writerErrors.create('below-tier', { writeId, tier, reason }),
      };
  }
}
