import type { FastifyReply, FastifyRequest } from 'fastify';
import { canBeDiscarded, checkEncoding, readMediaType } from './body-format.ts';
import { type BulkResults, FailureResults, OrderedResults } from './bulk-results.ts';
import { type BulkRequest, BulkRun } from './bulk-run.ts';
import { checkLane } from './dispatch.ts';
import type { Intake } from './intake.ts';
import { documentLines, operationLines } from './line-writes.ts';
import { asHeadraceError, sendProblem } from './problem.ts';
import { badQuery, checkQuery, readText, type Query } from './read-query.ts';
import { NDJSON_TYPE, ResultStream } from './result-stream.ts';
import { readTerms } from './write-headers.ts';
import type { NamespaceParams } from './write-request.ts';

interface BulkRoute {
  Params: NamespaceParams;
  Querystring: Query;
}

const LINE_TYPES = [NDJSON_TYPE, 'application/ndjson'] as const;
/** Leaves room in 255 characters for a slash and a line number of 14 digits. */
const MAX_BULK_KEY_CHARACTERS = 240;

/** `POST /v1/db/{db}/{collection}/_bulk`: any number of lines, each a write of its own. */
export function bulkRoute(
  intake: Intake,
): (request: FastifyRequest<BulkRoute>, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    void acceptBulk(intake, request, reply);
  };
}

async function acceptBulk(
  intake: Intake,
  request: FastifyRequest<BulkRoute>,
  reply: FastifyReply,
): Promise<void> {
  try {
    const stream = new ResultStream(reply.raw, intake.slowReaderMs);
    checkQuery(request.query, ['lines', 'results']);
    const results = readResults(request.query, stream);
    const bulk = readBulk(intake, request);
    await new BulkRun(intake, bulk, { stream, results }).run();
  } catch (thrown) {
    const error = asHeadraceError(thrown);
    if (error.status === 500) {
      intake.log.error({ requestId: request.id, err: error.cause }, 'a bulk request failed');
    }
    // Once results are out there is no other way to say that the rest is missing.
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, error, { close: !canBeDiscarded(request.raw) });
  }
}

function readBulk(
  intake: Intake,
  { raw, params, query, id }: FastifyRequest<BulkRoute>,
): BulkRequest {
  const collection = intake.collections.find(params.db, params.collection);
  const areOperations = readsOperations(query);
  readMediaType(raw, LINE_TYPES);
  checkEncoding(raw);
  // One tier for all lines, so that inserts and changes of a document take one lane, in order.
  const usual = areOperations ? collection.tierOfChanges : collection.rules.tier;
  const terms = readTerms(raw, usual, MAX_BULK_KEY_CHARACTERS);
  checkLane(intake, terms);
  const context = { intake, collection, terms };
  const lineWrites = areOperations ? operationLines(context) : documentLines(context);
  return { id, raw, collection, lineWrites };
}

function readsOperations(query: Query): boolean {
  const asked = readText(query, 'lines');
  if (asked === undefined || asked === 'documents') return false;
  if (asked === 'operations') return true;
  throw badQuery('lines', 'it is documents or operations');
}

function readResults(query: Query, stream: ResultStream): BulkResults {
  const asked = readText(query, 'results');
  if (asked === undefined || asked === 'failures') return new FailureResults(stream);
  if (asked === 'all') return new OrderedResults(stream);
  throw badQuery('results', 'it is failures or all');
}
