import { Type } from 'typebox';

const WRITE_ID = '0190163d-8694-739b-aea5-966c26f8ad91';

const Problem = Type.Object(
  {
    type: Type.String({
      description: 'A name of the kind of problem: `urn:headrace:error:{code}`.',
    }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong here, and what to do.' }),
    code: Type.String({ description: 'Stable; programs look at this.' }),
    retryable: Type.Boolean({ description: 'Whether sending it again can help.' }),
    retryAfterMs: Type.Optional(Type.Number()),
    writeId: Type.Optional(Type.String()),
    requestId: Type.String({ description: 'Stands in the log where the log says more.' }),
    docs: Type.String({ description: 'Where the code is explained.' }),
  },
  {
    $id: 'Problem',
    description: 'RFC 9457; some codes add members of their own, such as `path` or `index`.',
    additionalProperties: true,
    examples: [
      {
        namespace: 'shop.carts',
        fix: 'collections:\n  "shop.carts": {}',
        type: 'urn:headrace:error:namespace-not-listed',
        title: 'Namespace not listed',
        status: 403,
        detail:
          'shop.carts is not listed under `collections`, so nothing may be written to it. Add it there.',
        code: 'namespace-not-listed',
        retryable: false,
        requestId: 'vY3kq1Zs-4f',
        docs: '/docs#namespace-not-listed',
      },
    ],
  },
);

const Direct = Type.Object(
  {
    w: Type.Union([Type.Integer(), Type.Literal('majority')]),
    j: Type.Union([Type.Literal(true), Type.Literal('requested')]),
    lowered: Type.Optional(
      Type.Literal(true, {
        description: 'The configuration lowered the tier (`tiers.allowLower`).',
      }),
    ),
  },
  { description: 'Direct lane: MongoDB has acknowledged it so.' },
);

const Buffered = Type.Object(
  {
    redis: Type.Object({
      fsync: Type.Enum(['always', 'everysec', 'no', 'unknown']),
      mayLoseOnFailover: Type.Boolean(),
      replicas: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'Held it when this was answered (`redis.minReplicas`).',
        }),
      ),
    }),
    then: Type.Object({ w: Type.Literal('majority'), j: Type.Literal('requested') }),
  },
  { description: 'Buffered lane: what Redis promises now, and what MongoDB will.' },
);

const Receipt = Type.Object(
  {
    writeId: Type.String({ format: 'uuid' }),
    id: Type.Unknown({ description: 'The `_id`: a text or a number, else Extended JSON.' }),
    lane: Type.Enum(['direct', 'buffered']),
    tier: Type.Enum(['eventual', 'balanced', 'strong']),
    state: Type.Enum(['applied', 'queued']),
    replayed: Type.Boolean({ description: 'It was there already, from an earlier request.' }),
    matched: Type.Optional(Type.Integer({ description: 'Of a change: documents found, 0 or 1.' })),
    modified: Type.Optional(
      Type.Integer({ description: 'Of a change: documents altered; absent where not known.' }),
    ),
    upserted: Type.Optional(Type.Literal(true, { description: 'Of a change: it inserted.' })),
    guaranteed: Type.Union([Direct, Buffered]),
    location: Type.String({ description: 'Where its state can be asked for.' }),
  },
  {
    $id: 'Receipt',
    description: 'What is guaranteed about a write now.',
    examples: [
      {
        writeId: WRITE_ID,
        id: 'order-1',
        lane: 'direct',
        tier: 'strong',
        state: 'applied',
        replayed: false,
        guaranteed: { w: 'majority', j: 'requested' },
        location: `/v1/writes/${WRITE_ID}?ns=shop.orders&id=order-1`,
      },
      {
        writeId: WRITE_ID,
        id: 'order-1',
        lane: 'direct',
        tier: 'strong',
        state: 'applied',
        replayed: false,
        matched: 1,
        modified: 1,
        guaranteed: { w: 'majority', j: 'requested' },
        location: `/v1/writes/${WRITE_ID}?ns=shop.orders&id=order-1`,
      },
    ],
  },
);

const WriteStatus = Type.Object(
  {
    writeId: Type.String({ format: 'uuid' }),
    state: Type.Enum(['queued', 'applied', 'rejected']),
    deadLetter: Type.Optional(Type.Literal(true, { description: 'It is kept whole, replayable.' })),
    reason: Type.Optional(Type.Object({ code: Type.String(), detail: Type.String() })),
  },
  {
    $id: 'WriteStatus',
    examples: [
      { writeId: WRITE_ID, state: 'applied' },
      {
        writeId: WRITE_ID,
        state: 'rejected',
        reason: { code: 'document-absent', detail: 'There is no document with this _id.' },
      },
    ],
  },
);

const BulkLine = Type.Object(
  {
    line: Type.Optional(Type.Integer({ description: 'From 1; blank lines are counted too.' })),
    status: Type.Optional(Type.Integer()),
    writeId: Type.Optional(Type.String()),
    id: Type.Optional(Type.Unknown()),
    state: Type.Optional(Type.Enum(['applied', 'queued'])),
    matched: Type.Optional(Type.Integer()),
    modified: Type.Optional(Type.Integer()),
    upserted: Type.Optional(Type.Literal(true)),
    code: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
    retryable: Type.Optional(Type.Boolean()),
    retryAfterMs: Type.Optional(Type.Number()),
    done: Type.Optional(Type.Literal(true, { description: 'Only in the last line.' })),
    lines: Type.Optional(Type.Integer({ description: 'Lines that were not blank.' })),
    applied: Type.Optional(Type.Integer()),
    queued: Type.Optional(Type.Integer()),
    replayed: Type.Optional(
      Type.Union([Type.Boolean(), Type.Integer()], {
        description: 'Of a line: whether; in the last line: how many.',
      }),
    ),
    failed: Type.Optional(Type.Integer()),
    failuresOmitted: Type.Optional(
      Type.Integer({
        description: 'Failed lines that were counted but not told, as they were not being read.',
      }),
    ),
  },
  {
    $id: 'BulkLine',
    description: 'One line of the answer: the result of one line, or the sum in the last one.',
    additionalProperties: true,
    examples: [{ done: true, lines: 3, applied: 2, queued: 0, replayed: 0, failed: 1 }],
  },
);

/** Schemas that several routes refer to. */
export const sharedSchemas = [Problem, Receipt, WriteStatus, BulkLine];
