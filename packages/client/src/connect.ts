import { Caller, type CallOptions } from './call/caller.ts';
import { ClientCollection } from './collection.ts';
import { ownError } from './errors.ts';
import type { ChangeReceipt } from './receipt.ts';
import { settled, type SettledState } from './settled.ts';

/** How a gateway is called. */
export interface ConnectOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly apiKey?: string | undefined;
  /** For all tries of a call, in milliseconds; 10,000 unless told. */
  readonly deadlineMs?: number | undefined;
  /** Requests at most for one call; 10 unless told. */
  readonly maxTries?: number | undefined;
  /** The runtime's own unless told. */
  readonly fetch?: typeof fetch | undefined;
}

/** What may be said about waiting for a queued write. */
export interface SettledOptions extends Pick<CallOptions, 'signal'> {
  /** 30,000 unless told. */
  readonly timeoutMs?: number | undefined;
}

/** A gateway's address and how to call it; it holds nothing open. */
export interface HeadraceClient {
  /** @param namespace `database.collection`, one the gateway lists */
  collection<Shape extends object = Record<string, unknown>>(
    namespace: string,
  ): ClientCollection<Shape>;
  /**
   * Waits until a write is in MongoDB; at once where its receipt says so already.
   * @throws HeadraceClientError the code of its refusal, `deadLetter: true` where it is kept as a
   * dead letter; `write-unknown`; `still-queued` when the time is over
   */
  settled(receipt: ChangeReceipt, options?: SettledOptions): Promise<SettledState>;
}

/**
 * Makes a client of a gateway. Nothing is sent until it is used.
 * @param url such as `http://127.0.0.1:8080`; may hold a path
 * @throws HeadraceClientError `bad-argument`
 */
export function connect(url: string | URL, options: ConnectOptions = {}): HeadraceClient {
  const { apiKey, deadlineMs, maxTries } = options;
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw ownError('bad-argument', 'an API key is visible ASCII without spaces');
  }
  const caller = new Caller({
    ...{ base: baseOf(url), apiKey, deadlineMs, maxTries },
    // Bound, as some runtimes insist on being called on their global object.
    fetch: options.fetch ?? fetch.bind(globalThis),
  });
  return {
    collection: (namespace) => new ClientCollection(caller, namespace),
    settled: (receipt, settledOptions) => settled(receipt, { ...settledOptions, caller }),
  };
}

function baseOf(url: string | URL): string {
  const text = String(url);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw ownError('bad-argument', 'the URL begins with http:// or https://');
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '') {
    throw ownError('bad-argument', 'the URL holds no user, password or query; give an apiKey');
  }
  return parsed.origin + parsed.pathname.replace(/\/+$/, '');
}
