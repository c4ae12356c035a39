import { Type } from 'typebox';
import { problemAnswer, retryAnswer, sharedAnswer } from './api-answers.ts';
import { documentParams, notForCallers, unexpected } from './docs-of-requests.ts';

/** What the API description says of `GET /v1/db/{db}/{collection}/{id}`. */
export const readDocs = {
  operationId: 'readOne',
  summary: 'Read one document by its `_id`',
  description: 'Read concern majority, from the primary.',
  tags: ['reads'],
  params: Type.Object(documentParams),
  querystring: Type.Object({
    json: Type.Optional(
      Type.Enum(['relaxed', 'canonical'], {
        description: 'The form of Extended JSON v2; relaxed unless told.',
      }),
    ),
  }),
  headers: Type.Object({
    accept: Type.Optional(
      Type.String({
        description: '`application/bson` for BSON, else JSON.',
        examples: ['application/json'],
      }),
    ),
  }),
  response: {
    200: {
      description: 'The document.',
      content: {
        'application/json': {
          schema: Type.Object(
            {},
            {
              additionalProperties: true,
              examples: [{ _id: 'order-1', total: { $numberDecimal: '19.99' } }],
            },
          ),
        },
        'application/bson': { schema: Type.String({ description: 'The document as BSON.' }) },
      },
    },
    400: problemAnswer('The `_id` or the query can not be read.', [
      ...['bad-request', 'bad-namespace', 'bad-id', 'bad-query'],
    ]),
    403: notForCallers,
    404: problemAnswer('There is none.', ['not-found']),
    500: unexpected,
    503: retryAnswer('The database could not be read.', ['read-failed']),
  },
};

/** What the API description says of `GET /v1/writes/{writeId}`. */
export const findWriteDocs = {
  operationId: 'findWrite',
  summary: 'Ask what became of a write',
  description: 'The `location` of a receipt is this address, complete.',
  tags: ['writes'],
  params: Type.Object({ writeId: Type.String({ format: 'uuid' }) }),
  querystring: Type.Object({
    ns: Type.Optional(
      Type.String({ description: '`database.collection`', examples: ['shop.orders'] }),
    ),
    id: Type.Optional(
      Type.String({ description: 'The `_id` as in a path; with `ns`.', examples: ['order-1'] }),
    ),
    wait: Type.Optional(
      Type.String({
        description: 'Wait for a queued write to settle: a time up to 30s.',
        examples: ['5s'],
      }),
    ),
  }),
  response: {
    200: sharedAnswer('What is known for certain.', 'WriteStatus'),
    400: problemAnswer('The write id or the query can not be read.', [
      ...['bad-request', 'bad-write-id', 'bad-query', 'bad-namespace', 'bad-id'],
    ]),
    403: notForCallers,
    404: problemAnswer('Nothing is known: state `unknown`.', ['write-unknown']),
    500: unexpected,
    503: retryAnswer('What would know could not be asked.', [
      ...['read-failed', 'redis-lost', 'redis-refused'],
    ]),
  },
};
