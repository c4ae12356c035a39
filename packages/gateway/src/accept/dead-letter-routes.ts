import type { FastifyReply, FastifyRequest } from 'fastify';
import { askDatabase } from './ask-database.ts';
import type { DeadLetterRow } from './dead-letters-port.ts';
import { toExtendedJson } from './extended-json.ts';
import { JSON_TYPE, sendAnswer } from './http-answer.ts';
import { type Intake, TENANT } from './intake.ts';
import { badQuery, checkQuery, readText, type Query } from './read-query.ts';

interface ListRoute {
  Querystring: Query;
}

interface LetterRoute {
  Params: { readonly id: string };
}

const LIMIT = /^[1-9]\d{0,3}$/;
const USUAL_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** `GET /v1/dead-letters`: the newest first. */
export function listDeadLettersRoute({
  deadLetters,
}: Intake): (request: FastifyRequest<ListRoute>, reply: FastifyReply) => Promise<void> {
  return async ({ query }, reply) => {
    checkQuery(query, ['limit', 'after', 'ns', 'code']);
    const limit = readLimit(readText(query, 'limit'));
    const choice = {
      tenant: TENANT,
      namespace: readText(query, 'ns'),
      code: readText(query, 'code'),
    };
    const rows = await askDatabase(
      deadLetters.list(choice, { limit, after: readText(query, 'after') }),
    );
    const next = rows.length === limit ? rows.at(-1)?.id : undefined;
    send(reply, JSON.stringify({ items: rows.map(shown), next }));
  };
}

/** `GET /v1/dead-letters/{id}`: everything that is known, with the document. */
export function showDeadLetterRoute({
  deadLetters,
}: Intake): (request: FastifyRequest<LetterRoute>, reply: FastifyReply) => Promise<void> {
  return async ({ params }, reply) => {
    const { document, ...letter } = await askDatabase(deadLetters.show(TENANT, params.id));
    // Canonical, so that nothing of the document is lost: this is what would be sent again.
    const text = toExtendedJson(document, true);
    const facts = JSON.stringify(shown(letter));
    send(reply, `${facts.slice(0, -1)},"document":${text}}`);
  };
}

/** `DELETE /v1/dead-letters/{id}`: drops it for good. */
export function discardDeadLetterRoute({
  deadLetters,
}: Intake): (request: FastifyRequest<LetterRoute>, reply: FastifyReply) => Promise<void> {
  return async ({ params: { id } }, reply) => {
    await askDatabase(deadLetters.discard(TENANT, id));
    send(reply, JSON.stringify({ id, discarded: true }));
  };
}

function readLimit(asked: string | undefined): number {
  const limit = asked === undefined ? USUAL_LIMIT : LIMIT.test(asked) ? Number(asked) : Infinity;
  if (limit > MAX_LIMIT) throw badQuery('limit', 'it is a whole number from 1 to 1000');
  return limit;
}

/** Callers know no other tenant than their own. */
function shown(row: DeadLetterRow): object {
  return { ...row, tenant: undefined };
}

function send(reply: FastifyReply, content: string): void {
  sendAnswer(reply, 200, {
    body: { type: JSON_TYPE, content },
    headers: ['cache-control', 'no-store'],
  });
}
