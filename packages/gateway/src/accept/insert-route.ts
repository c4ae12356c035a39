import type { HeadraceError } from '@headrace/base';
import { encodeBson, encodeJson, type EncodedDocument, type Write } from '@headrace/writer';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { canBeDiscarded, checkEncoding, readMediaType } from './body-format.ts';
import { checkLane, dispatch, prepare, type Outcome } from './dispatch.ts';
import { JSON_TYPE, sendAnswer, type HeaderList } from './http-answer.ts';
import type { Intake, WriteTerms } from './intake.ts';
import type { ListedCollection } from './listed-collections.ts';
import { asHeadraceError, sendProblem } from './problem.ts';
import { readBody, type Body } from './read-body.ts';
import { writeReceipt } from './receipt.ts';
import { readDeadlineMs, readIdempotencyKey, readTier } from './write-headers.ts';

export type NamespaceParams = { readonly db: string; readonly collection: string };

type DocumentType = (typeof DOCUMENT_TYPES)[number];
const DOCUMENT_TYPES = [JSON_TYPE, 'application/bson'] as const;
const REPLAYED: HeaderList = ['idempotency-replayed', 'true'];
const NO_HEADERS: HeaderList = [];

/** `POST /v1/db/{db}/{collection}`: one document in, one receipt out. */
export function insertRoute(
  intake: Intake,
): (request: FastifyRequest<{ Params: NamespaceParams }>, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    const insert = new Insert(intake, reply);
    try {
      insert.begin(request.params);
    } catch (thrown) {
      insert.refuse(thrown);
    }
  };
}

/** One request on its way through the gateway. */
class Insert {
  readonly #intake: Intake;
  readonly #reply: FastifyReply;
  readonly #sinceMs = performance.now();
  #heldBytes = 0;

  constructor(intake: Intake, reply: FastifyReply) {
    this.#intake = intake;
    this.#reply = reply;
  }

  /** Looks at everything that can be known before the body. */
  begin(params: NamespaceParams): void {
    const { raw } = this.#reply.request;
    const collection = this.#intake.collections.find(params.db, params.collection);
    const type = readMediaType(raw, DOCUMENT_TYPES);
    checkEncoding(raw);
    const terms: WriteTerms = {
      tier: readTier(raw, collection.rules.tier),
      idempotencyKey: readIdempotencyKey(raw),
      deadlineMs: readDeadlineMs(raw),
    };
    checkLane(this.#intake, terms);
    readBody(raw, this.#intake.bounds, (error, body) => {
      if (body === undefined) this.refuse(error);
      else this.#take(body, { collection, type, terms });
    });
  }

  #take(
    body: Body,
    asked: {
      readonly collection: ListedCollection;
      readonly type: DocumentType;
      readonly terms: WriteTerms;
    },
  ): void {
    this.#heldBytes = body.heldBytes;
    const { collection, type, terms } = asked;
    try {
      if (body.content.length === 0) throw gatewayErrors.create('empty-body');
      const document = encode(body.content, type, collection);
      const write = prepare(this.#intake, collection, { document, terms });
      dispatch(this.#intake, write, (outcome) => {
        this.#settle(write, outcome, collection);
      });
    } catch (thrown) {
      this.refuse(thrown);
    }
  }

  #settle(write: Write, outcome: Outcome, collection: ListedCollection): void {
    if ('error' in outcome) {
      this.refuse(outcome.error, write.writeId);
      return;
    }
    this.#release();
    this.#intake.meter.taken(write.tier, this.#sinceMs);
    const receipt = writeReceipt(write, outcome, collection);
    const replayed = outcome.replayed ? REPLAYED : NO_HEADERS;
    const isQueued = outcome.state === 'queued';
    sendAnswer(this.#reply, isQueued ? 202 : 201, {
      body: { type: JSON_TYPE, content: receipt.json },
      headers: isQueued ? ['location', receipt.location, ...replayed] : replayed,
    });
  }

  refuse(thrown: unknown, writeId?: string): void {
    this.#release();
    const error = asHeadraceError(thrown);
    if (error.status === 500) this.#logUnexpected(error);
    this.#intake.meter.refused(error.code);
    sendProblem(this.#reply, error, { writeId, close: !canBeDiscarded(this.#reply.request.raw) });
  }

  #logUnexpected(error: HeadraceError): void {
    const { id } = this.#reply.request;
    this.#intake.log.error({ requestId: id, err: error.cause ?? error }, 'an insert failed');
  }

  #release(): void {
    this.#intake.bounds.bytes.release(this.#heldBytes);
    this.#heldBytes = 0;
  }
}

function encode(
  content: Buffer,
  type: DocumentType,
  collection: ListedCollection,
): EncodedDocument {
  return type === JSON_TYPE ? encodeJson(content, collection) : encodeBson(content, collection);
}
