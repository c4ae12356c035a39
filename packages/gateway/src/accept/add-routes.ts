import type { FastifyInstance } from 'fastify';
import { bulkRoute } from './bulk-route.ts';
import { findWriteRoute } from './find-write-route.ts';
import { insertRoute } from './insert-route.ts';
import type { Intake } from './intake.ts';
import { bulkDocs, insertDocs } from './docs-of-writes.ts';
import { findWriteDocs, readDocs } from './docs-of-reads.ts';
import { readRoute } from './read-route.ts';

const COLLECTION = '/v1/db/:db/:collection';

/** Adds the routes of the API; what each is described as lies in its `config.docs`. */
export function addRoutes(app: FastifyInstance, intake: Intake): void {
  app.post(COLLECTION, { config: { docs: insertDocs } }, insertRoute(intake));
  app.post(`${COLLECTION}/_bulk`, { config: { docs: bulkDocs } }, bulkRoute(intake));
  app.get(`${COLLECTION}/:id`, { config: { docs: readDocs } }, readRoute(intake));
  app.get('/v1/writes/:writeId', { config: { docs: findWriteDocs } }, findWriteRoute(intake));
}
