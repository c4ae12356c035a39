import { Type } from 'typebox';

const Ready = Type.Object(
  {
    ready: Type.Boolean(),
    failing: Type.Array(Type.String(), { description: 'Names of the checks that failed.' }),
    checks: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() }), {
        description: 'Every check; with `?verbose` only.',
      }),
    ),
  },
  { examples: [{ ready: true, failing: [] }] },
);

/** What the API description says of `/healthz`. */
export const healthDocs = {
  operationId: 'isHealthy',
  summary: 'Whether the process runs',
  tags: ['health'],
  response: {
    200: {
      description: 'It does.',
      content: {
        'application/json': {
          schema: Type.Object({ healthy: Type.Literal(true) }, { examples: [{ healthy: true }] }),
        },
      },
    },
  },
};

/** What the API description says of `/readyz`. */
export const readyDocs = {
  operationId: 'isReady',
  summary: 'Whether the process can take work',
  tags: ['health'],
  querystring: Type.Object({
    verbose: Type.Optional(Type.String({ description: 'Present: every check is told.' })),
  }),
  response: {
    200: { description: 'It can.', content: { 'application/json': { schema: Ready } } },
    503: {
      description: 'It can not, see `failing`.',
      content: { 'application/json': { schema: Ready } },
    },
  },
};
