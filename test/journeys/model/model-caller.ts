import { expect } from 'vitest';
import type { HttpCaller } from '../http-caller.ts';
import type { Seen } from './explain.ts';
import type { ModelOperation } from './sequential-model.ts';

/** One operation of a caller's script. */
export interface Planned {
  readonly id: string;
  readonly operation: ModelOperation;
  /** Absent where the caller sends none. */
  readonly idempotencyKey: string | undefined;
  /** The caller hears nothing of the first answer and sends it again; only with a key. */
  readonly losesAnswer: boolean;
}

export interface ModelCallerOptions {
  readonly http: HttpCaller;
  /** URL of the collection; asked anew for each request. */
  readonly url: (isAgain: boolean) => string;
  readonly lane: 'direct' | 'buffered';
  /** Called after each operation. */
  readonly onDone: () => void;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly type: string | undefined;
  readonly body: object | undefined;
}

const MERGE = 'application/merge-patch+json';
const UPDATE = 'application/vnd.headrace.update+json';
const JSON_TYPE = 'application/json';

/** Sends a script, one operation after the answer to the one before, and keeps what it saw. */
export async function runScript(
  script: readonly Planned[],
  options: ModelCallerOptions,
): Promise<readonly (Planned & Seen)[]> {
  const seen: (Planned & Seen)[] = [];
  for (const planned of script) {
    seen.push({ ...planned, answer: await deliver(planned, options) });
    options.onDone();
  }
  return seen;
}

/** Refusals of this kind are not recorded: sent again it is a new attempt. */
const duplicate = 409;

/** Of an answer that is lost and asked for again only the second one is seen; both are the same. */
async function deliver(planned: Planned, options: ModelCallerOptions): Promise<Seen['answer']> {
  const first = await deliverOnce(planned, options, false);
  if (!planned.losesAnswer || planned.idempotencyKey === undefined) return first;
  const second = await deliverOnce(planned, options, true);
  if (first !== duplicate) {
    expect(second, `${JSON.stringify(planned)} was answered ${first} before`).toBe(first);
  }
  return second;
}

/** Sends an operation again only where that is safe. */
async function deliverOnce(
  planned: Planned,
  options: ModelCallerOptions,
  isAgain: boolean,
): Promise<Seen['answer']> {
  const { idempotencyKey } = planned;
  const { method, path, type, body } = requestOf(planned);
  const headers = {
    ...(type !== undefined && { 'content-type': type }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    'x-consistency': options.lane === 'direct' ? 'strong' : 'eventual',
  };
  for (;;) {
    const text = body === undefined ? '' : JSON.stringify(body);
    const exchange = await options.http.send(method, options.url(isAgain) + path, {
      text,
      headers,
    });
    if (exchange === 'not-sent') continue;
    if (exchange === 'no-answer' || exchange.status === 504) {
      if (idempotencyKey === undefined) return 'lost';
      continue;
    }
    const { status, body: answer } = exchange;
    if (status === 202) return 'any';
    if (status === 429 || status === 503) continue;
    if (answer['code'] === 'idempotency-key-running') continue;
    if (![200, 201, 404, 409, 412].includes(status)) {
      expect.unreachable(`${method} ${path}: ${status} ${exchange.text}`);
    }
    return status;
  }
}

function requestOf({ id, operation }: Planned): Request {
  const at = `/${id}`;
  switch (operation.kind) {
    case 'insert': {
      const body = { _id: id, n: 0, by: operation.by };
      return { method: 'POST', path: '', type: JSON_TYPE, body };
    }
    case 'replace':
    case 'upsert': {
      const path = operation.kind === 'upsert' ? `${at}?upsert=true` : at;
      return { method: 'PUT', path, type: JSON_TYPE, body: { n: 0, by: operation.by } };
    }
    case 'merge':
      return { method: 'PATCH', path: at, type: MERGE, body: { s: operation.s } };
    case 'mergeIf': {
      const path = at + ifText(operation.ifS);
      return { method: 'PATCH', path, type: MERGE, body: { s: operation.s } };
    }
    case 'increment':
      return { method: 'PATCH', path: at, type: UPDATE, body: { $inc: { n: operation.by } } };
    case 'delete':
      return { method: 'DELETE', path: at, type: undefined, body: undefined };
    case 'deleteIf':
      return {
        method: 'DELETE',
        path: at + ifText(operation.ifS),
        type: undefined,
        body: undefined,
      };
  }
}

function ifText(s: string): string {
  return `?if=${encodeURIComponent(JSON.stringify({ s }))}`;
}
