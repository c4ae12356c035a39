import { canonicalId, parseIdText } from '@headrace/writer';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { askDatabase } from './ask-database.ts';
import type { WriteQuestion, WriteState } from './find-write-port.ts';
import { JSON_TYPE, sendAnswer } from './http-answer.ts';
import { type Intake, TENANT } from './intake.ts';
import { badQuery } from './read-query.ts';

interface FindWriteRoute {
  Params: { readonly writeId: string };
  Querystring: { readonly ns?: unknown; readonly id?: unknown; readonly wait?: unknown };
}

const WRITE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MAX_WAIT_MS = 30_000;
const WAIT = /^([0-9]{1,5})(ms|s|)$/;

/** `GET /v1/writes/{writeId}`: what is known for certain about a write. */
export function findWriteRoute(
  intake: Intake,
): (request: FastifyRequest<FindWriteRoute>, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const { writeId } = request.params;
    const waitMs = readWaitMs(request.query.wait);
    const question = readQuestion(intake, writeId, request.query);
    const { findWrite } = intake;
    const found = await askDatabase(
      waitMs === 0 ? findWrite.find(question) : findWrite.waitFor(question, waitMs),
    );
    if (found.state === 'unknown') {
      throw gatewayErrors.create('write-unknown', { writeId, state: 'unknown' });
    }
    const content = JSON.stringify({ writeId, ...known(found) });
    sendAnswer(reply, 200, {
      body: { type: JSON_TYPE, content },
      headers: ['cache-control', 'no-store'],
    });
  };
}

function known(found: WriteState): object {
  if (found.state !== 'rejected') return { state: found.state };
  const { code, text } = found.reason;
  return { state: found.state, deadLetter: found.deadLetter, reason: { code, detail: text } };
}

function readQuestion(
  intake: Intake,
  writeId: string,
  query: FindWriteRoute['Querystring'],
): WriteQuestion {
  if (!WRITE_ID.test(writeId)) throw gatewayErrors.create('bad-write-id');
  const { ns, id } = query;
  if (ns === undefined && id === undefined) return { writeId, tenant: TENANT };
  if (typeof ns !== 'string') throw badQuery('ns', 'it is there once, with id');
  const { namespace, rules } = intake.collections.findNamespace(ns);
  if (id === undefined) return { writeId, tenant: TENANT, namespace };
  if (typeof id !== 'string') throw badQuery('id', 'it is there at most once');
  const parsed = parseIdText(id, rules.idType);
  return { writeId, tenant: TENANT, namespace, canonicalId: canonicalId(parsed) };
}

/** `5s`, `500ms`, or no unit for seconds; 0 when nothing is asked for. */
function readWaitMs(asked: unknown): number {
  if (asked === undefined) return 0;
  const [, digits, unit] = (typeof asked === 'string' && WAIT.exec(asked)) || [];
  const waitMs = digits === undefined ? Infinity : Number(digits) * (unit === 'ms' ? 1 : 1000);
  if (waitMs > MAX_WAIT_MS) throw badQuery('wait', 'it is a time such as 5s or 500ms, up to 30s');
  return waitMs;
}
