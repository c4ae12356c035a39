import { answered, type Answer, type Exchange, type HttpCaller, type Tier } from './http-caller.ts';

/** A change, and the idempotency key under which it may be sent as often as one likes. */
export interface KeyedChange {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly idempotencyKey: string;
  /** Default: the collection's own. */
  readonly tier?: Tier;
  /** Of a PATCH, an operator update. */
  readonly body?: object;
}

const UPDATE = 'application/vnd.headrace.update+json';

/** Sends it once. */
export function tryChange(http: HttpCaller, change: KeyedChange): Promise<Exchange> {
  const { method, url, idempotencyKey, body, tier } = change;
  const type = method === 'PATCH' ? UPDATE : 'application/json';
  const headers = {
    'idempotency-key': idempotencyKey,
    ...(body !== undefined && { 'content-type': type }),
    ...(tier !== undefined && { 'x-consistency': tier }),
  };
  return http.send(method, url, { text: body === undefined ? '' : JSON.stringify(body), headers });
}

/** Sends it once and has to be answered. */
export async function sendChange(http: HttpCaller, change: KeyedChange): Promise<Answer> {
  return answered(await tryChange(http, change));
}

/**
 * Sends it, as a caller does, until an answer says what became of it.
 * @param change asked anew for each try, as a caller may turn to another gateway
 */
export async function deliverChange(http: HttpCaller, change: () => KeyedChange): Promise<Answer> {
  for (;;) {
    const exchange = await tryChange(http, change());
    if (typeof exchange === 'string') continue;
    const isOpen = [429, 503, 504].includes(exchange.status);
    if (!isOpen && exchange.body['code'] !== 'idempotency-key-running') return exchange;
  }
}
