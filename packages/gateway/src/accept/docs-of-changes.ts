import { Type } from 'typebox';
import { problemAnswer } from './api-answers.ts';
import { MERGE_PATCH_TYPE, UPDATE_TYPE } from './change-routes.ts';
import {
  badChanges,
  badRequests,
  badTexts,
  bodyRefusals,
  documentParams,
  queuedAnswer,
  receiptAnswer,
  refusals,
  replayedHeader,
  writeHeaders,
} from './docs-of-requests.ts';

const upsert = Type.Optional(
  Type.Boolean({ description: 'Insert the document where there is none; false unless told.' }),
);
const condition = Type.Optional(
  Type.String({
    description:
      'Only if the document fulfils this: fields with values, or with `$eq $ne $gt $gte $lt $lte ' +
      '$in $nin $exists`. Otherwise 412.',
    examples: ['{"status":"pending"}'],
  }),
);

const absent = {
  ...problemAnswer('There is no document with this `_id`; nothing was changed.', [
    'document-absent',
  ]),
  headers: replayedHeader,
};
const unfulfilled = {
  ...problemAnswer('The document does not fulfil the condition; nothing was changed.', [
    'condition-failed',
  ]),
  headers: replayedHeader,
};
const upserted = receiptAnswer('Applied: there was no document, and it was inserted.');

/** What the API description says of `PUT /v1/db/{db}/{collection}/{id}`. */
export const replaceDocs = {
  operationId: 'replace',
  summary: 'Replace one document',
  description:
    'The whole document anew, read as an insert is. An `_id` in it must be the one of the path.',
  tags: ['writes'],
  params: Type.Object(documentParams),
  querystring: Type.Object({ upsert }),
  headers: writeHeaders,
  body: {
    content: {
      'application/json': {
        schema: Type.Object(
          {},
          {
            description: 'The document.',
            additionalProperties: true,
            examples: [{ customer: 1, total: '21.49' }],
          },
        ),
      },
      'application/bson': { schema: Type.String({ description: 'The document as BSON.' }) },
    },
  },
  response: {
    200: receiptAnswer('Applied: the document was replaced.'),
    201: upserted,
    202: queuedAnswer,
    400: problemAnswer('The request or the document can not be read, or not here.', [
      ...badRequests,
      ...badChanges,
      ...badTexts,
      ...['bad-bson', 'empty-body', 'id-change'],
    ]),
    404: absent,
    ...bodyRefusals,
  },
};

/** What the API description says of `PATCH /v1/db/{db}/{collection}/{id}`. */
export const patchDocs = {
  operationId: 'patch',
  summary: 'Change fields of one document',
  description:
    'A JSON merge patch (RFC 7396: null removes, arrays replace, names are never paths), or ' +
    'the update operators `$set $unset $inc $mul $min $max $push $addToSet $pull`. `$inc`, `$mul` ' +
    'and `$push` would do more when applied twice, so they need an idempotency key.',
  tags: ['writes'],
  params: Type.Object(documentParams),
  querystring: Type.Object({ upsert, if: condition }),
  headers: writeHeaders,
  body: {
    content: {
      [MERGE_PATCH_TYPE]: {
        schema: Type.Object(
          {},
          {
            description: 'What to merge in.',
            additionalProperties: true,
            examples: [{ status: 'paid', address: { street: 'Mill Lane 2' }, note: null }],
          },
        ),
      },
      [UPDATE_TYPE]: {
        schema: Type.Object(
          {},
          {
            description: 'Operators, each with the paths it works on.',
            additionalProperties: true,
            examples: [{ $inc: { 'stock.reserved': 1 }, $push: { events: 'reserved' } }],
          },
        ),
      },
    },
  },
  response: {
    200: receiptAnswer('Applied: the document is as the patch wants it.'),
    201: upserted,
    202: queuedAnswer,
    400: problemAnswer('The request, the patch or the condition can not be used, or not here.', [
      ...badRequests,
      ...badChanges,
      ...badTexts,
      ...['empty-body', 'id-change', 'bad-patch', 'bad-condition', 'idempotency-key-needed'],
    ]),
    404: absent,
    412: unfulfilled,
    ...bodyRefusals,
  },
};

/** What the API description says of `DELETE /v1/db/{db}/{collection}/{id}`. */
export const deleteDocs = {
  operationId: 'delete',
  summary: 'Delete one document',
  description: 'Without a body; a condition goes into the query.',
  tags: ['writes'],
  params: Type.Object(documentParams),
  querystring: Type.Object({ if: condition }),
  headers: writeHeaders,
  response: {
    200: receiptAnswer('Applied: the document is gone.'),
    202: queuedAnswer,
    400: problemAnswer('The request or the condition can not be used, or not here.', [
      ...badRequests,
      ...badChanges,
      ...badTexts,
      'bad-condition',
    ]),
    404: absent,
    409: problemAnswer('The idempotency key is still under way.', ['idempotency-key-running']),
    412: unfulfilled,
    413: problemAnswer('There is a body, and a large one.', ['body-too-large']),
    415: problemAnswer('There is a body, and a compressed one.', ['unsupported-content-encoding']),
    422: problemAnswer('It is refused, or the idempotency key was used before.', [
      ...['bad-typed-value', 'refused-by-server', 'key-reused', 'given-up-before'],
    ]),
    ...refusals,
  },
};
