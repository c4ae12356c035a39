import { ownError } from '../errors.ts';

/** One request as it goes out. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A whole answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a request needs beside what it says. */
export interface ExchangeOptions {
  readonly fetch: typeof fetch;
  /** Given up after this, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * One request and its whole answer.
 * @throws HeadraceClientError `no-answer`; the signal's own reason where the caller aborted
 */
export async function exchange(outgoing: Outgoing, options: ExchangeOptions): Promise<Answer> {
  const { signal, timeoutMs, fetch } = options;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const stop = (): void => {
    ending.abort(signal?.reason);
  };
  signal?.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => {
    ending.abort();
  }, timeoutMs);
  try {
    const { url, method, headers, body } = outgoing;
    const response = await fetch(url, {
      ...{ method, headers, signal: ending.signal },
      ...(body === undefined ? {} : { body }),
      // Not followed: the API key is for this gateway, and a followed POST may become a GET.
      redirect: 'manual',
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = ending.signal.aborted ? 'the time is over' : reasonOf(cause);
    throw ownError('no-answer', reason, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** Some runtimes hide the reason in the cause of what `fetch` throws. */
function reasonOf(thrown: unknown): string {
  const inner = thrown instanceof Error ? thrown.cause : undefined;
  for (const error of [inner, thrown]) {
    if (error instanceof Error && error.message !== '') return error.message;
  }
  return 'the connection failed';
}
