import type { HeadraceError } from '@headrace/base';
import type { Write } from '@headrace/writer';
import type { FastifyReply, FastifyRequest, RouteGenericInterface } from 'fastify';
import { canBeDiscarded } from './body-format.ts';
import { dispatch, type Outcome } from './dispatch.ts';
import { JSON_TYPE, sendAnswer, type HeaderList } from './http-answer.ts';
import type { Intake } from './intake.ts';
import type { ListedCollection } from './listed-collections.ts';
import { asHeadraceError, sendProblem } from './problem.ts';
import { readBody, type Body } from './read-body.ts';
import { statusOf, writeReceipt, type Taken } from './receipt.ts';

export type NamespaceParams = { readonly db: string; readonly collection: string };

/** What is known of a request before its body is there. */
export interface Asked {
  readonly collection: ListedCollection;
}

/** What each writing route has of its own. */
export interface WriteForm<Route extends RouteGenericInterface, Known extends Asked> {
  /** Looks at everything that can be known before the body. */
  ask(intake: Intake, request: FastifyRequest<Route>): Known;
  /** Makes the write of the body, which may be empty. */
  make(intake: Intake, asked: Known, content: Buffer): Write;
}

const REPLAYED: HeaderList = ['idempotency-replayed', 'true'];
const NO_HEADERS: HeaderList = [];

/** A route that takes one write and answers with its receipt. */
export function writeRoute<Route extends RouteGenericInterface, Known extends Asked>(
  intake: Intake,
  form: WriteForm<Route, Known>,
): (request: FastifyRequest<Route>, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    const course = new WriteRequest(intake, form, reply);
    try {
      course.begin(request);
    } catch (thrown) {
      course.refuse(thrown);
    }
  };
}

/** One request on its way through the gateway. */
class WriteRequest<Route extends RouteGenericInterface, Known extends Asked> {
  readonly #intake: Intake;
  readonly #form: WriteForm<Route, Known>;
  readonly #reply: FastifyReply;
  readonly #sinceMs = performance.now();
  #heldBytes = 0;

  constructor(intake: Intake, form: WriteForm<Route, Known>, reply: FastifyReply) {
    this.#intake = intake;
    this.#form = form;
    this.#reply = reply;
  }

  begin(request: FastifyRequest<Route>): void {
    const asked = this.#form.ask(this.#intake, request);
    readBody(request.raw, this.#intake.bounds, (error, body) => {
      if (body === undefined) this.refuse(error);
      else this.#take(asked, body);
    });
  }

  #take(asked: Known, body: Body): void {
    this.#heldBytes = body.heldBytes;
    try {
      const write = this.#form.make(this.#intake, asked, body.content);
      dispatch(this.#intake, write, (outcome) => {
        this.#settle(write, outcome, asked.collection);
      });
    } catch (thrown) {
      this.refuse(thrown);
    }
  }

  #settle(write: Write, outcome: Outcome, collection: ListedCollection): void {
    if ('error' in outcome) {
      this.refuse(outcome.error, { writeId: write.writeId, replayed: outcome.replayed });
    } else this.#answer(write, outcome, collection);
  }

  #answer(write: Write, taken: Taken, collection: ListedCollection): void {
    this.#release();
    this.#intake.meter.taken(write.tier, this.#sinceMs);
    const receipt = writeReceipt(write, taken, collection);
    const replayed = taken.replayed ? REPLAYED : NO_HEADERS;
    sendAnswer(this.#reply, statusOf(write, taken), {
      body: { type: JSON_TYPE, content: receipt.json },
      headers: taken.state === 'queued' ? ['location', receipt.location, ...replayed] : replayed,
    });
  }

  refuse(
    thrown: unknown,
    known: { readonly writeId?: string; readonly replayed?: boolean | undefined } = {},
  ): void {
    this.#release();
    const error = asHeadraceError(thrown);
    if (error.status === 500) this.#logUnexpected(error);
    this.#intake.meter.refused(error.code);
    sendProblem(this.#reply, error, {
      writeId: known.writeId,
      headers: known.replayed === true ? REPLAYED : NO_HEADERS,
      close: !canBeDiscarded(this.#reply.request.raw),
    });
  }

  #logUnexpected(error: HeadraceError): void {
    const { id } = this.#reply.request;
    this.#intake.log.error({ requestId: id, err: error.cause ?? error }, 'a write failed');
  }

  #release(): void {
    this.#intake.bounds.bytes.release(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
