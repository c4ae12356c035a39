import { Type } from 'typebox';
import { problemAnswer, retryAnswer } from './api-answers.ts';
import { tooSlow, unexpected } from './docs-of-requests.ts';

const ID = '0190163d-8694-739b-aea5-966c26f8ad91';
const REASON = { code: 'document-refused', detail: 'The validator of shop.orders refuses it.' };

const reason = Type.Object({ code: Type.String(), detail: Type.String() });
const params = Type.Object({
  id: Type.String({
    description: 'As listed; the write id alone where one dead letter has it.',
    examples: [ID],
  }),
});

const letter = {
  id: Type.String(),
  writeId: Type.String({ format: 'uuid' }),
  namespace: Type.String({ description: '`database.collection`' }),
  op: Type.Enum(['insert', 'replace', 'patch', 'delete']),
  reason,
  attempts: Type.Integer(),
  at: Type.String({ format: 'date-time', description: 'When it was given up.' }),
};

const row = {
  ...{ id: ID, writeId: ID, namespace: 'shop.orders', op: 'insert', reason: REASON, attempts: 1 },
  at: '2026-11-22T12:00:00.000Z',
};

function jsonAnswer(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}

const unknown = problemAnswer('There is no such dead letter.', ['dead-letter-unknown']);
const away = retryAnswer('The database could not be asked.', ['read-failed']);

/** What the API description says of `GET /v1/dead-letters`. */
export const listDeadLettersDocs = {
  operationId: 'listDeadLetters',
  summary: 'List queued writes that could not be applied',
  description: 'The newest first. `next` is the `after` of the next page, where there may be one.',
  tags: ['dead letters'],
  querystring: Type.Object({
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: '100 unless told.' }),
    ),
    after: Type.Optional(Type.String({ description: 'The last id of the page before.' })),
    ns: Type.Optional(Type.String({ description: 'Only those of one `database.collection`.' })),
    code: Type.Optional(Type.String({ description: 'Only those with this reason.' })),
  }),
  response: {
    200: jsonAnswer(
      'A page.',
      Type.Object(
        { items: Type.Array(Type.Object(letter)), next: Type.Optional(Type.String()) },
        { examples: [{ items: [row] }] },
      ),
    ),
    400: problemAnswer('The query can not be read.', ['bad-request', 'bad-query']),
    404: problemAnswer('There is no dead letter `after`.', ['dead-letter-unknown']),
    500: unexpected,
    503: away,
  },
};

/** What the API description says of `GET /v1/dead-letters/{id}`. */
export const showDeadLetterDocs = {
  operationId: 'showDeadLetter',
  summary: 'Read a dead letter whole',
  description: 'With its document as canonical Extended JSON v2.',
  tags: ['dead letters'],
  params,
  response: {
    200: jsonAnswer(
      'Everything that is known of it.',
      Type.Object(
        {
          ...letter,
          upsert: Type.Boolean(),
          keyed: Type.Boolean({ description: 'Whether it has an idempotency key.' }),
          acceptedAt: Type.String({ format: 'date-time' }),
          document: Type.Unknown({
            description: 'Of a patch or delete: `_id`, what is done (`merge`, `update`), `if`.',
          }),
        },
        {
          examples: [
            {
              ...row,
              ...{ upsert: false, keyed: false, acceptedAt: '2026-11-22T11:59:59.000Z' },
              document: { _id: 'order-1', total: 'much' },
            },
          ],
        },
      ),
    ),
    404: unknown,
    500: unexpected,
    503: away,
  },
};

/** What the API description says of `POST /v1/dead-letters/replay`. */
export const replayDocs = {
  operationId: 'replayDeadLetters',
  summary: 'Send dead letters again',
  description:
    'Oldest first, under their own write ids. The answer is one line a dead letter as it happens, ' +
    'the counts in the last line; without that line it ended early. Closing the connection ends it.',
  tags: ['dead letters'],
  body: {
    content: {
      'application/json': {
        schema: Type.Object(
          {
            ids: Type.Optional(
              Type.Array(Type.String(), {
                maxItems: 1000,
                description: 'As listed; all unless told.',
              }),
            ),
            ns: Type.Optional(Type.String({ description: 'Only of this `database.collection`.' })),
            code: Type.Optional(Type.String({ description: 'Only those with this reason.' })),
            dryRun: Type.Optional(Type.Boolean({ description: 'Change nothing.' })),
            ratePerSecond: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 10_000, description: '100 unless told.' }),
            ),
            force: Type.Optional(
              Type.Boolean({ description: 'Also those whose document was written later.' }),
            ),
          },
          { examples: [{ ns: 'shop.orders', dryRun: true }] },
        ),
      },
    },
  },
  response: {
    200: {
      description: 'One line a dead letter.',
      content: {
        'application/x-ndjson': {
          schema: Type.Object(
            {
              id: Type.Optional(Type.String()),
              outcome: Type.Optional(
                Type.Enum([
                  ...['replayed', 'would-replay', 'already-applied', 'superseded', 'refused'],
                  ...['not-settled', 'being-replayed', 'collection-not-listed', 'unreadable'],
                  'unknown-id',
                ]),
              ),
              reason: Type.Optional(reason),
              done: Type.Optional(Type.Literal(true, { description: 'Only in the last line.' })),
            },
            {
              additionalProperties: true,
              examples: [
                { id: ID, outcome: 'replayed' },
                { done: true, replayed: 1 },
              ],
            },
          ),
        },
      },
    },
    400: problemAnswer('The body can not be read.', ['bad-request', 'bad-replay', 'empty-body']),
    408: tooSlow,
    413: problemAnswer('The body is too large.', ['body-too-large']),
    415: problemAnswer('The body is no JSON, or compressed.', [
      ...['unsupported-content-type', 'unsupported-content-encoding'],
    ]),
    500: unexpected,
    503: retryAnswer('The database could not be asked, or too much is in flight.', [
      ...['read-failed', 'over-capacity'],
    ]),
  },
};

/** What the API description says of `DELETE /v1/dead-letters/{id}`. */
export const discardDeadLetterDocs = {
  operationId: 'discardDeadLetter',
  summary: 'Drop a dead letter for good',
  description: 'Its write stays `rejected`.',
  tags: ['dead letters'],
  params,
  response: {
    200: jsonAnswer(
      'It is gone.',
      Type.Object(
        { id: Type.String(), discarded: Type.Literal(true) },
        { examples: [{ id: ID, discarded: true }] },
      ),
    ),
    404: unknown,
    500: unexpected,
    503: away,
  },
};
