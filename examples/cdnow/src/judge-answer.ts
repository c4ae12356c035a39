import { cdnowErrors } from './cdnow-errors.ts';
import type { Answer } from './exchange.ts';
import type { Delivery } from './plan-replay.ts';

/** What an answer means for the replay. */
export type AnswerVerdict =
  /** `replayed` counts orders; undefined where the answer does not tell. */
  | { readonly settled: true; readonly replayed: number | undefined }
  | { readonly settled: false; readonly why: string; readonly waitMs: number | undefined };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an answer: settled, or to be sent again under the same idempotency key.
 * @throws HeadraceError `write-refused` or `answer-unreadable` when sending again can not help
 */
export function judgeAnswer(delivery: Delivery, answer: Answer): AnswerVerdict {
  if (answer.status >= 300) return judgeProblem(delivery, answer);
  if (delivery.path.includes('/_bulk')) return judgeBulk(delivery, answer);
  if (answer.status !== 201 && answer.status !== 202) throw unreadable(delivery, answer);
  return { settled: true, replayed: answer.headers['idempotency-replayed'] === 'true' ? 1 : 0 };
}

function judgeProblem(delivery: Delivery, answer: Answer): AnswerVerdict {
  const problem = parseFields(answer.text);
  if (!mayGoAgain(answer.status, problem)) {
    const { status, text } = answer;
    throw cdnowErrors.create('write-refused', { what: delivery.what, status, answer: text });
  }
  const retryAfterMs = problem?.['retryAfterMs'];
  const seconds = Number(answer.headers['retry-after']);
  const waitMs =
    typeof retryAfterMs === 'number' ? retryAfterMs : seconds > 0 ? seconds * 1_000 : undefined;
  return { settled: false, why: `${answer.status} ${answer.text}`, waitMs };
}

/** 429, 503: certainly not written. 504: outcome unknown, which the same idempotency key settles. */
function mayGoAgain(status: number, problem: Fields | undefined): boolean {
  if (status === 504) return true;
  if (status === 429 || status === 503) return problem?.['retryable'] !== false;
  return problem?.['retryable'] === true;
}

/** With `results=failures`: one line for each failed write, then the line that says `done`. */
function judgeBulk(delivery: Delivery, answer: Answer): AnswerVerdict {
  const lines = answer.text.trimEnd().split('\n').map(parseFields);
  const last = lines.pop();
  if (last?.['done'] !== true) {
    return { settled: false, why: 'the answer ended before its last line', waitMs: undefined };
  }
  const { lines: read, applied, failed, replayed } = last;
  if (read !== delivery.orders.length || typeof failed !== 'number') {
    throw unreadable(delivery, answer);
  }
  if (failed === 0 && applied === read) {
    return { settled: true, replayed: typeof replayed === 'number' ? replayed : undefined };
  }
  const hopeless = lines.find((line) => !mayGoAgain(Number(line?.['status']), line));
  if (hopeless !== undefined || lines.length === 0) {
    const refusal = JSON.stringify(hopeless ?? last);
    throw cdnowErrors.create('write-refused', {
      what: `a line of ${delivery.what}`,
      status: answer.status,
      answer: refusal,
    });
  }
  return { settled: false, why: `${failed} lines to be sent again`, waitMs: undefined };
}

function unreadable(delivery: Delivery, answer: Answer): Error {
  const found = `${answer.status} ${answer.text.slice(-300)}`;
  return cdnowErrors.create('answer-unreadable', { what: delivery.what, found });
}

/** The object in a JSON text; undefined for anything else, such as a line that was cut off. */
function parseFields(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
