import { Type } from 'typebox';
import { problemAnswer, sharedAnswer } from './api-answers.ts';
import {
  badRequests,
  badTexts,
  bodyRefusals,
  collectionParams,
  deadlineHeader,
  queuedAnswer,
  receiptAnswer,
  notForCallers,
  tierHeader,
  unexpected,
  writeHeaders,
} from './docs-of-requests.ts';

/** What the API description says of `POST /v1/db/{db}/{collection}`. */
export const insertDocs = {
  operationId: 'insert',
  summary: 'Insert one document',
  description:
    'JSON numbers are read from their digits, Extended JSON is understood, declared fields take ' +
    'their declared types. A document without `_id` gets the write id as `_id`.',
  tags: ['writes'],
  params: Type.Object(collectionParams),
  headers: writeHeaders,
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
    201: receiptAnswer('Applied: MongoDB has acknowledged it at the tier.'),
    202: queuedAnswer,
    400: problemAnswer('The request or the document can not be read.', [
      ...badRequests,
      ...badTexts,
      ...['bad-bson', 'empty-body'],
    ]),
    ...bodyRefusals,
  },
};

/** What the API description says of `POST /v1/db/{db}/{collection}/_bulk`. */
export const bulkDocs = {
  operationId: 'bulk',
  summary: 'Insert one document a line, or do one operation a line',
  description:
    'NDJSON of any length, streamed; a bad line fails alone. With `lines=operations` a line is ' +
    '`{"op", "id", "doc", "key", "if", "upsert"}`: `op` one of `insert`, `replace`, `patch` (a ' +
    'merge patch), `update` (operators) and `delete`, `key` an idempotency key of its own; lines of ' +
    'one document are applied in their order. With `results=failures` at most a ' +
    'few thousand results that the client does not read are kept; more failed lines are only ' +
    'counted in `failuresOmitted`. With `results=all` a client must read while it sends: who does ' +
    'not is paused, and cut off after 30 seconds. Sending a file again under the same idempotency ' +
    'key resumes it.',
  tags: ['writes'],
  params: Type.Object(collectionParams),
  querystring: Type.Object({
    lines: Type.Optional(
      Type.Enum(['documents', 'operations'], {
        description: 'What a line is: a document to insert (unless told), or an operation.',
      }),
    ),
    results: Type.Optional(
      Type.Enum(['failures', 'all'], {
        description: 'Results of failed lines only (unless told), or of every line, in order.',
      }),
    ),
  }),
  headers: Type.Object({
    'x-consistency': tierHeader,
    'idempotency-key': Type.Optional(
      Type.String({ description: 'Up to 240 characters; line n has this, a slash and n.' }),
    ),
    'x-deadline-ms': deadlineHeader,
  }),
  body: {
    content: {
      'application/x-ndjson': {
        schema: Type.String({
          description:
            'One JSON document or operation a line; application/ndjson is the same. An operation ' +
            'looks like {"op":"patch","id":"order-2","doc":{"status":"paid"},"if":{"status":"new"}}.',
          examples: ['{"_id":"order-2","total":"5.00"}\n{"_id":"order-3","total":"0.00"}\n'],
        }),
      },
    },
  },
  response: {
    200: sharedAnswer(
      'Results, then a last line with `done`. A line has the status and code that a request with ' +
        'its write alone would have; one that is no operation has 400 `bad-operation`.',
      'BulkLine',
      'application/x-ndjson',
    ),
    400: problemAnswer('The request can not be read; no line was.', [...badRequests, 'empty-body']),
    403: notForCallers,
    415: problemAnswer('The body is no NDJSON, or compressed.', [
      ...['unsupported-content-type', 'unsupported-content-encoding'],
    ]),
    500: unexpected,
  },
};
