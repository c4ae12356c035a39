import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { canBeDiscarded, checkEncoding, readMediaType } from './body-format.ts';
import { type BulkResults, FailureResults, OrderedResults } from './bulk-results.ts';
import { type BulkRequest, BulkRun } from './bulk-run.ts';
import { checkLane } from './dispatch.ts';
import type { NamespaceParams } from './insert-route.ts';
import type { Intake } from './intake.ts';
import { asHeadraceError, sendProblem } from './problem.ts';
import { NDJSON_TYPE, ResultStream } from './result-stream.ts';
import { readDeadlineMs, readIdempotencyKey, readTier } from './write-headers.ts';

interface BulkRoute {
  Params: NamespaceParams;
  Querystring: { readonly results?: unknown };
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
    const results = readResults(request.query.results, stream);
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

function readBulk(intake: Intake, request: FastifyRequest<BulkRoute>): BulkRequest {
  const { raw, params, id } = request;
  const collection = intake.collections.find(params.db, params.collection);
  readMediaType(raw, LINE_TYPES);
  checkEncoding(raw);
  const terms = {
    tier: readTier(raw, collection.rules.tier),
    idempotencyKey: readIdempotencyKey(raw, MAX_BULK_KEY_CHARACTERS),
    deadlineMs: readDeadlineMs(raw),
  };
  checkLane(intake, terms);
  return { id, raw, collection, terms };
}

function readResults(asked: unknown, stream: ResultStream): BulkResults {
  if (asked === undefined || asked === 'failures') return new FailureResults(stream);
  if (asked === 'all') return new OrderedResults(stream);
  throw gatewayErrors.create('bad-query', {
    parameter: 'results',
    reason: 'it is failures or all',
  });
}
