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

/** What the path, query and headers of a write may be refused for. */
export const badRequests = [
  ...['bad-request', 'bad-namespace', 'bad-query', 'unknown-tier', 'bad-idempotency-key'],
  ...['bad-deadline', 'lane-not-configured'],
];

/** What the JSON text of a body or line may be refused for. */
export const badTexts = [
  ...['bad-json', 'bad-encoding', 'bad-extended-json', 'bad-field-name', 'bad-id'],
  ...['number-out-of-range', 'too-deep'],
];

/** What a change may be refused for before its body is looked at. */
export const badChanges = ['collection-insert-only', 'lane-would-reorder'];

export const notForCallers = problemAnswer('The namespace is not listed, or not for callers.', [
  ...['namespace-not-listed', 'system-namespace'],
]);

export const tooSlow = problemAnswer('The body did not arrive in time. Nothing was written.', [
  'body-too-slow',
]);

export const unexpected = problemAnswer(
  'Unexpected. Send a write again only under the same idempotency key.',
  ['internal-error'],
);

/** What a write may be refused for beyond its own operation. */
export const refusals = {
  403: notForCallers,
  408: tooSlow,
  429: retryAnswer('Too many writes wait for this document. Nothing was written.', [
    'document-busy',
  ]),
  500: unexpected,
  503: retryAnswer('Certainly not written.', [
    ...['over-capacity', 'stopping', 'deadline-passed', 'database-unavailable', 'no-permission'],
    ...['tier-unsatisfiable', 'buffer-unavailable', 'buffer-full', 'backlog-full'],
    ...['repartitioned', 'buffer-refused'],
  ]),
  504: problemAnswer(
    'It may be written, or is below its tier: again only under the same idempotency key.',
    [...['outcome-unknown', 'below-tier']],
  ),
};

/** The refusals of a write that has a body. */
export const bodyRefusals = {
  ...refusals,
  409: problemAnswer('It is there already, or the idempotency key is still under way.', [
    ...['duplicate', 'idempotency-key-running'],
  ]),
  413: problemAnswer('The text is over 32 MiB, or the document over 16 MiB as BSON.', [
    ...['body-too-large', 'document-too-large', 'transaction-too-large'],
  ]),
  415: problemAnswer('The body is of a type that is not accepted here, or compressed.', [
    ...['unsupported-content-type', 'unsupported-content-encoding'],
  ]),
  422: problemAnswer('The document is refused, or the idempotency key was used before.', [
    ...['bad-typed-value', 'document-refused', 'refused-by-server', 'key-reused'],
    'given-up-before',
  ]),
};
