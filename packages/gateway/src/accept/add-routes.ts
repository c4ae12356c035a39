import type { FastifyInstance } from 'fastify';
import { bulkRoute } from './bulk-route.ts';
import {
  discardDeadLetterRoute,
  listDeadLettersRoute,
  showDeadLetterRoute,
} from './dead-letter-routes.ts';
import {
  discardDeadLetterDocs,
  listDeadLettersDocs,
  replayDocs,
  showDeadLetterDocs,
} from './docs-of-dead-letters.ts';
import { findWriteRoute } from './find-write-route.ts';
import { deleteForm, patchForm, replaceForm } from './change-routes.ts';
import { insertForm } from './insert-route.ts';
import type { Intake } from './intake.ts';
import { deleteDocs, patchDocs, replaceDocs } from './docs-of-changes.ts';
import { bulkDocs, insertDocs } from './docs-of-writes.ts';
import { findWriteDocs, readDocs } from './docs-of-reads.ts';
import { readRoute } from './read-route.ts';
import { replayRoute } from './replay-route.ts';
import { writeRoute } from './write-request.ts';

const COLLECTION = '/v1/db/:db/:collection';
const DOCUMENT = `${COLLECTION}/:id`;

/** Adds the routes of the API; what each is described as lies in its `config.docs`. */
export function addRoutes(app: FastifyInstance, intake: Intake): void {
  // Taken at onRequest: what Fastify does next is to look for a parser, and a write reads its body
  // by itself.
  const insert = writeRoute(intake, insertForm);
  app.post(COLLECTION, { config: { docs: insertDocs }, onRequest: insert }, insert);
  app.post(`${COLLECTION}/_bulk`, { config: { docs: bulkDocs } }, bulkRoute(intake));
  const replace = writeRoute(intake, replaceForm);
  app.put(DOCUMENT, { config: { docs: replaceDocs }, onRequest: replace }, replace);
  const patch = writeRoute(intake, patchForm);
  app.patch(DOCUMENT, { config: { docs: patchDocs }, onRequest: patch }, patch);
  const remove = writeRoute(intake, deleteForm);
  app.delete(DOCUMENT, { config: { docs: deleteDocs }, onRequest: remove }, remove);
  app.get(DOCUMENT, { config: { docs: readDocs } }, readRoute(intake));
  app.get('/v1/writes/:writeId', { config: { docs: findWriteDocs } }, findWriteRoute(intake));
  addDeadLetterRoutes(app, intake);
}

function addDeadLetterRoutes(app: FastifyInstance, intake: Intake): void {
  const all = '/v1/dead-letters';
  const one = `${all}/:id`;
  app.get(all, { config: { docs: listDeadLettersDocs } }, listDeadLettersRoute(intake));
  app.get(one, { config: { docs: showDeadLetterDocs } }, showDeadLetterRoute(intake));
  app.delete(one, { config: { docs: discardDeadLetterDocs } }, discardDeadLetterRoute(intake));
  app.post(`${all}/replay`, { config: { docs: replayDocs } }, replayRoute(intake));
}
