import type { HeadraceError } from '@headrace/base';
import { type Change, type EncodedDocument, type Write, writerErrors } from '@headrace/writer';
import { type Intake, TENANT, type WriteTerms } from './intake.ts';
import type { ListedCollection } from './listed-collections.ts';
import type { Taken } from './receipt.ts';

/** How a write ended, in whichever lane. */
export type Outcome =
  | Taken
  | {
      readonly state: string;
      readonly error: HeadraceError;
      /** It was refused before, under the same idempotency key. */
      readonly replayed?: boolean;
    };

/** Refuses a tier whose lane is not there. Throws `lane-not-configured`. */
export function checkLane(intake: Intake, terms: WriteTerms): void {
  if (terms.tier !== 'eventual' || intake.lanes.append !== undefined) return;
  throw writerErrors.create('lane-not-configured', { tier: terms.tier });
}

/** The same for a change; where the tier is of the wrong lane altogether the desk says so. */
export function checkLaneOfChange(
  intake: Intake,
  collection: ListedCollection,
  terms: WriteTerms,
): void {
  if (collection.rules.changes === 'buffered') checkLane(intake, terms);
}

/** Makes the write of a document. Throws what the desk throws. */
export function prepareInsert(
  intake: Intake,
  collection: ListedCollection,
  parts: { readonly document: EncodedDocument; readonly terms: WriteTerms },
): Write {
  const { document, terms } = parts;
  return intake.desk.prepareInsert({
    namespace: collection.namespace,
    document,
    tier: terms.tier,
    tenant: TENANT,
    idempotencyKey: terms.idempotencyKey,
    deadlineMs: terms.deadlineMs,
  });
}

/** Makes the write of a change. Throws what the desk throws. */
export function prepareChange(
  intake: Intake,
  collection: ListedCollection,
  parts: { readonly change: Change; readonly terms: WriteTerms },
): Write {
  const { change, terms } = parts;
  return intake.desk.prepareChange({
    namespace: collection.namespace,
    change,
    tier: terms.tier,
    tenant: TENANT,
    idempotencyKey: terms.idempotencyKey,
    deadlineMs: terms.deadlineMs,
  });
}

/** Sends a write its way: the tier chooses the lane. */
export function dispatch(intake: Intake, write: Write, settle: (outcome: Outcome) => void): void {
  const { lanes } = intake;
  if (write.tier === 'eventual' && lanes.append !== undefined) lanes.append(write, settle);
  else lanes.submit(write, settle);
}
