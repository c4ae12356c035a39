import { Type } from 'typebox';
import { problemAnswer, retryAnswer, sharedAnswer } from './api-answers.ts';

export const collectionParams = {
  db: Type.String({ description: 'A database.', examples: ['shop'] }),
  collection: Type.String({
    description: 'A collection listed in the configuration.',
    examples: ['orders'],
  }),
};

export const documentParams = {
  ...collectionParams,
  id: Type.String({
    description: "The `_id` as a text of the collection's `idType`.",
    examples: ['order-1'],
  }),
};

export const tierHeader = Type.Optional(
  Type.Enum(['eventual', 'balanced', 'strong'], {
    description:
      'The durability wanted; the one of the collection unless told. Changes of a collection take ' +
      'one lane: `balanced` and `strong` with `changes: direct`, `eventual` with `changes: buffered`.',
  }),
);

export const deadlineHeader = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 600_000,
    description: 'A write not sent to MongoDB within this never is; 10000 unless told.',
  }),
);

/** What the headers of one write say. */
export const writeHeaders = Type.Object({
  'x-consistency': tierHeader,
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'Up to 255 characters, quoted or bare. The same content again is answered as before.',
      examples: ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'],
    }),
  ),
  'x-deadline-ms': deadlineHeader,
});

export const replayedHeader = {
  'Idempotency-Replayed': {
    type: 'string',
    enum: ['true'],
    description: 'This is the first answer again: the write was there already.',
  },
};

export function receiptAnswer(description: string): object {
  return { ...sharedAnswer(description, 'Receipt'), headers: replayedHeader };
}

export const queuedAnswer = {
  ...sharedAnswer('Queued: Redis has it, a worker will apply it.', 'Receipt'),
  headers: {
    Location: { type: 'string', description: 'Where its state can be asked for.' },
    ...replayedHeader,
  },
};

/** The refusals every write may meet. */
export const refusals = {
  400: problemAnswer(
    'The request, its body, a header or the query can not be read, or this collection takes no such write.',
  ),
  403: problemAnswer('The namespace is not listed, or not for callers.'),
  408: problemAnswer('The body did not arrive in time.'),
  409: problemAnswer('A duplicate, or the idempotency key is still under way.'),
  413: problemAnswer('The text is over 32 MiB, or the document over 16 MiB as BSON.'),
  415: problemAnswer('The body is of a type that is not accepted here, or compressed.'),
  422: problemAnswer('Refused by a validator, or the idempotency key was used for other content.'),
  429: retryAnswer('Too many writes wait for this document. Nothing was written.'),
  500: problemAnswer('Unexpected. Send it again only under the same idempotency key.'),
  503: retryAnswer('Certainly not written: over capacity, stopping, database away.'),
  504: problemAnswer(
    '`outcome-unknown` or `below-tier`: only again under the same idempotency key.',
  ),
};
