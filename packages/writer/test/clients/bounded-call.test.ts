import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { boundedCall } from '../../src/clients/bounded-call-port.ts';

/** A call whose answer never comes, as the driver waits for a socket that is gone. */
function neverAnswered(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

it.each([
  ['that takes the signal', neverAnswered],
  ['that takes none', () => new Promise<never>(() => undefined)],
])('ends a call %s when the connections of its server were lost', async (_, call) => {
  const client = new MongoClient('mongodb://127.0.0.1');
  const hanging = boundedCall(client, call);
  client.emit('connectionPoolCleared', {} as never);
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
});

it('leaves a call alone that is answered, and passes its failure on', async () => {
  const client = new MongoClient('mongodb://127.0.0.1');
  let seen: AbortSignal | undefined;
  const answer = await boundedCall(client, (signal) => {
    seen = signal;
    return Promise.resolve('answer');
  });
  expect([answer, seen?.aborted]).toEqual(['answer', false]);
  const failed = boundedCall(client, () => Promise.reject(new TypeError('refused')));
  await expect(failed).rejects.toThrow(TypeError);
});
