import type { IncomingMessage } from 'node:http';
import { parseIdText, type IdValue } from '@headrace/writer';
import { BSON } from 'bson';
import type { Document, Filter } from 'mongodb';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { JSON_TYPE, sendAnswer } from './http-answer.ts';
import type { Intake } from './intake.ts';
import type { ListedCollection } from './listed-collections.ts';
import { toExtendedJson } from './extended-json.ts';
import { badQuery } from './read-query.ts';
import type { NamespaceParams } from './write-request.ts';

interface ReadRoute {
  Params: NamespaceParams & { readonly id: string };
  Querystring: { readonly json?: unknown };
}

const BSON_TYPE = 'application/bson';
const MAX_READ_MS = 10_000;
/** Behind length, type byte, `_id` and its NUL. */
const ID_VALUE_AT = 9;

/** `GET /v1/db/{db}/{collection}/{id}`: one document as the majority has it. */
export function readRoute(
  intake: Intake,
): (request: FastifyRequest<ReadRoute>, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const { db, collection: name, id } = request.params;
    const collection = intake.collections.find(db, name);
    const canonical = readForm(request.query.json);
    const document = await readDocument(
      intake,
      collection,
      parseIdText(id, collection.rules.idType),
    );
    if (document === null) {
      throw gatewayErrors.create('not-found', { namespace: collection.namespace });
    }
    const body = wantsBson(request.raw)
      ? { type: BSON_TYPE, content: Buffer.from(document) }
      : { type: JSON_TYPE, content: toExtendedJson(document, canonical) };
    sendAnswer(reply, 200, { body, headers: ['vary', 'accept'] });
  };
}

async function readDocument(
  intake: Intake,
  collection: ListedCollection,
  id: IdValue,
): Promise<Uint8Array | null> {
  const { database, name } = collection;
  try {
    return await intake.desk.client
      .db(database)
      .collection(name)
      .find(filterOf(id), {
        raw: true,
        limit: 1,
        readConcern: 'majority',
        readPreference: 'primary',
        timeoutMS: MAX_READ_MS,
      })
      .map((document) => document as unknown as Uint8Array)
      .next();
  } catch (cause) {
    throw gatewayErrors.create('read-failed', {}, cause);
  }
}

/** The driver takes values, not bytes: the `_id` alone as a document, decoded exactly. */
function filterOf({ type, value }: IdValue): Filter<Document> {
  const document = Buffer.alloc(ID_VALUE_AT + value.length + 1);
  document.writeInt32LE(document.length, 0);
  document[4] = type;
  document.write('_id\0', 5, 'latin1');
  document.set(value, ID_VALUE_AT);
  return BSON.deserialize(document, { promoteValues: false, promoteLongs: false });
}

/** True for canonical Extended JSON. Throws `bad-query`. */
function readForm(asked: unknown): boolean {
  if (asked === undefined || asked === 'relaxed') return false;
  if (asked === 'canonical') return true;
  throw badQuery('json', 'it is relaxed or canonical');
}

/** BSON is given to who names it; everybody else gets JSON. */
function wantsBson(request: IncomingMessage): boolean {
  return request.headers.accept?.includes(BSON_TYPE) ?? false;
}
