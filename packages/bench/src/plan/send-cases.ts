import { rotate } from './plan-steps.ts';

/** The ways to send documents that are compared; the order here is the order of the first round. */
export const SEND_CASES = {
  rawBytes: 'Headrace, documents that are BSON already, as they come from HTTP or from Redis',
  rawObjects: 'Headrace, objects: encoded by a compiled encoder, an _id made, sent the same way',
  insertMany: "the driver's insertMany",
  bulkWrite: "the driver's collection.bulkWrite with insertOne",
  clientBulkWrite: "the driver's client.bulkWrite with insertOne",
  mongoose: 'mongoose insertMany: values cast and validated by a schema',
} as const;

export type SendCase = keyof typeof SEND_CASES;
export const SEND_CASE_NAMES = Object.keys(SEND_CASES) as readonly SendCase[];

/** How much is measured. */
export interface SendSettings {
  readonly rounds: number;
  readonly cases: readonly SendCase[];
  /** Documents in a command. */
  readonly batches: readonly number[];
  /** Commands under way at the same time: as many as the gateway has of a tier. */
  readonly inFlight: number;
  /** Documents that each process sends first, not counted. */
  readonly warmUpDocuments: number;
  /** Documents of each measurement. */
  readonly documents: number;
}

export const WHOLE_SEND: SendSettings = {
  rounds: 5,
  cases: SEND_CASE_NAMES,
  batches: [100, 500, 1_000],
  inFlight: 2,
  warmUpDocuments: 70_000,
  documents: 40_000,
};

/** Shows in seconds that everything works. Its figures say nothing. */
export const QUICK_SEND: SendSettings = {
  ...WHOLE_SEND,
  rounds: 1,
  warmUpDocuments: 3_000,
  documents: 5_000,
};

/** The development server stores what comes this way one by one, ten times as slowly. */
const SLOW: readonly SendCase[] = ['clientBulkWrite'];
const SLOW_SHARE = 0.2;

/** How many documents a case sends: fewer where the server would take minutes. */
export function documentsOf(
  name: SendCase,
  { warmUpDocuments, documents }: SendSettings,
): Pick<SendSettings, 'warmUpDocuments' | 'documents'> {
  const share = SLOW.includes(name) ? SLOW_SHARE : 1;
  return { warmUpDocuments: warmUpDocuments * share, documents: documents * share };
}

/** One process that sends one way, at one size of a batch after the other. */
export interface SendStep {
  /** From 1. */
  readonly round: number;
  readonly name: SendCase;
  readonly batches: readonly number[];
}

/** All steps in their order: each round begins with another case, and in it with another size. */
export function planSendSteps({ rounds, batches, cases }: SendSettings): readonly SendStep[] {
  return Array.from({ length: rounds }, (_, at) => at).flatMap((at) => {
    const sizes = rotate(batches, at);
    return rotate(cases, at).map((name) => ({ round: at + 1, name, batches: sizes }));
  });
}
