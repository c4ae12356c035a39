import type { HeadraceError } from '@headrace/base';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../errors.ts';
import { asAskingError } from './ask-database.ts';
import { canBeDiscarded, checkEncoding, readMediaType } from './body-format.ts';
import type { ReplayChoice, ReplayOutcome } from './dead-letters-port.ts';
import { JSON_TYPE } from './http-answer.ts';
import { type Intake, TENANT } from './intake.ts';
import { sendProblem } from './problem.ts';
import { readBody } from './read-body.ts';
import { ResultStream } from './result-stream.ts';

const MAX_IDS = 1_000;
const MAX_RATE_PER_SECOND = 10_000;

/** How each member of the body has to be; those left out are as usual. */
const MEMBERS: Readonly<Record<string, { is: (value: unknown) => boolean; text: string }>> = {
  ids: {
    is: (value) =>
      Array.isArray(value) &&
      value.length <= MAX_IDS &&
      value.every((id) => typeof id === 'string'),
    text: `an array of up to ${String(MAX_IDS)} ids`,
  },
  ns: { is: (value) => typeof value === 'string', text: 'a text' },
  code: { is: (value) => typeof value === 'string', text: 'a text' },
  dryRun: { is: (value) => typeof value === 'boolean', text: 'true or false' },
  force: { is: (value) => typeof value === 'boolean', text: 'true or false' },
  ratePerSecond: {
    is: (value) =>
      Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_RATE_PER_SECOND,
    text: `a whole number from 1 to ${String(MAX_RATE_PER_SECOND)}`,
  },
};

/** `POST /v1/dead-letters/replay`: one line a dead letter, as it happens, and the sum. */
export function replayRoute(
  intake: Intake,
): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.hijack();
    void acceptReplay(intake, request, reply);
  };
}

async function acceptReplay(
  intake: Intake,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    readMediaType(request.raw, [JSON_TYPE]);
    checkEncoding(request.raw);
    const choice = readChoice(await readText(intake, request));
    await replayAll(intake, choice, new ResultStream(reply.raw, intake.slowReaderMs));
  } catch (thrown) {
    const error = asAskingError(thrown);
    if (error.status === 500) {
      intake.log.error({ requestId: request.id, err: error.cause }, 'a replay failed');
    }
    // Once results are out there is no other way to say that the rest is missing.
    if (reply.raw.headersSent) reply.raw.destroy();
    else sendProblem(reply, error, { close: !canBeDiscarded(request.raw) });
  }
}

/** Goes on no further than somebody reads: a caller that leaves ends the replay. */
async function replayAll(
  { deadLetters }: Intake,
  choice: ReplayChoice,
  stream: ResultStream,
): Promise<void> {
  const counts: Partial<Record<ReplayOutcome, number>> = {};
  for await (const result of deadLetters.replay(choice)) {
    counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
    stream.write(JSON.stringify(result));
    if (stream.isGone() || !(await stream.drained())) break;
  }
  await stream.end(JSON.stringify({ done: true, ...counts }));
}

function readText({ bounds }: Intake, { raw }: FastifyRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    readBody(raw, bounds, (error, body) => {
      if (body !== undefined) {
        bounds.bytes.release(body.heldBytes);
        resolve(body.content.toString());
      } else reject(error ?? gatewayErrors.create('empty-body'));
    });
  });
}

function readChoice(text: string): ReplayChoice {
  const asked = parseObject(text);
  for (const [name, value] of Object.entries(asked)) {
    const member = MEMBERS[name];
    if (member === undefined) throw badReplay(`${name} is not known`);
    if (!member.is(value)) throw badReplay(`${name} is ${member.text}`);
  }
  const { ns, ...rest } = asked as { ns?: string } & Omit<ReplayChoice, 'tenant' | 'namespace'>;
  return { ...rest, tenant: TENANT, namespace: ns };
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw gatewayErrors.create('bad-replay', { reason: 'the body is no JSON' }, cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badReplay('the body is no object');
}

function badReplay(reason: string): HeadraceError {
  return gatewayErrors.create('bad-replay', { reason });
}
