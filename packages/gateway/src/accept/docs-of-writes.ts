import { Type } from 'typebox';
import { problemAnswer, retryAnswer, sharedAnswer } from './api-answers.ts';

const params = Type.Object({
  db: Type.String({ description: 'A database.', examples: ['shop'] }),
  collection: Type.String({
    description: 'A collection listed in the configuration.',
    examples: ['orders'],
  }),
});

const tier = Type.Optional(
  Type.Enum(['eventual', 'balanced', 'strong'], {
    description: 'The durability wanted; the one of the collection unless told.',
  }),
);
const deadline = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: 600_000,
    description: 'A write not sent to MongoDB within this never is; 10000 unless told.',
  }),
);

/** What the API description says of `POST /v1/db/{db}/{collection}`. */
export const insertDocs = {
  operationId: 'insert',
  summary: 'Insert one document',
  description:
    'JSON numbers are read from their digits, Extended JSON is understood, declared fields take ' +
    'their declared types. A document without `_id` gets the write id as `_id`.',
  tags: ['writes'],
  params,
  headers: Type.Object({
    'x-consistency': tier,
    'idempotency-key': Type.Optional(
      Type.String({
        description:
          'Up to 255 characters, quoted or bare. The same content again is answered as before.',
        examples: ['"8e03978e-40d5-43e8-bc93-6894a57f9324"'],
      }),
    ),
    'x-deadline-ms': deadline,
  }),
  body: {
    content: {
      'application/json': {
        schema: Type.Object(
          {},
          {
            description: 'One document.',
            additionalProperties: true,
            examples: [{ _id: 'order-1', customer: 1, total: '19.99' }],
          },
        ),
      },
      'application/bson': { schema: Type.String({ description: 'One document as BSON.' }) },
    },
  },
  response: {
    201: {
      ...sharedAnswer('Applied: MongoDB has acknowledged it at the tier.', 'Receipt'),
      headers: {
        'Idempotency-Replayed': {
          type: 'string',
          enum: ['true'],
          description: 'It was there already.',
        },
      },
    },
    202: {
      ...sharedAnswer('Queued: Redis has it, a worker will apply it.', 'Receipt'),
      headers: {
        Location: { type: 'string', description: 'Where its state can be asked for.' },
        'Idempotency-Replayed': {
          type: 'string',
          enum: ['true'],
          description: 'It was queued already.',
        },
      },
    },
    400: problemAnswer('The request, the document or a header can not be read.'),
    403: problemAnswer('The namespace is not listed, or not for callers.'),
    408: problemAnswer('The body did not arrive in time.'),
    409: problemAnswer('A duplicate, or the idempotency key is still under way.'),
    413: problemAnswer('The text is over 32 MiB, or the document over 16 MiB as BSON.'),
    415: problemAnswer('Neither application/json nor application/bson.'),
    422: problemAnswer(
      'Refused by a validator, or the idempotency key was used for other content.',
    ),
    429: retryAnswer('Too many writes wait for this document. Nothing was written.'),
    500: problemAnswer('Unexpected. Send it again only under the same idempotency key.'),
    503: retryAnswer('Certainly not written: over capacity, stopping, database away.'),
    504: problemAnswer(
      '`outcome-unknown` or `below-tier`: only again under the same idempotency key.',
    ),
  },
};

/** What the API description says of `POST /v1/db/{db}/{collection}/_bulk`. */
export const bulkDocs = {
  operationId: 'insertMany',
  summary: 'Insert one document a line',
  description:
    'NDJSON of any length, streamed; a bad line fails alone. With `results=failures` at most a ' +
    'few thousand results that the client does not read are kept; more failed lines are only ' +
    'counted in `failuresOmitted`. With `results=all` a client must read while it sends: who does ' +
    'not is paused, and cut off after 30 seconds. Sending a file again under the same idempotency ' +
    'key resumes it.',
  tags: ['writes'],
  params,
  querystring: Type.Object({
    results: Type.Optional(
      Type.Enum(['failures', 'all'], {
        description: 'Results of failed lines only (unless told), or of every line, in order.',
      }),
    ),
  }),
  headers: Type.Object({
    'x-consistency': tier,
    'idempotency-key': Type.Optional(
      Type.String({ description: 'Up to 240 characters; line n has this, a slash and n.' }),
    ),
    'x-deadline-ms': deadline,
  }),
  body: {
    content: {
      'application/x-ndjson': {
        schema: Type.String({
          description: 'One JSON document a line; application/ndjson is the same.',
          examples: ['{"_id":"order-2","total":"5.00"}\n{"_id":"order-3","total":"0.00"}\n'],
        }),
      },
    },
  },
  response: {
    200: sharedAnswer('Results, then a last line with `done`.', 'BulkLine', 'application/x-ndjson'),
    400: problemAnswer('A header or the query can not be read.'),
    403: problemAnswer('The namespace is not listed, or not for callers.'),
    415: problemAnswer('Not NDJSON.'),
    500: problemAnswer('Unexpected.'),
  },
};
