import { MongoClient } from 'mongodb';
import { expect, it } from 'vitest';
import { InFlightCommands } from '../../src/send/in-flight-commands.ts';

/** A command whose answer never comes, as the driver waits for a socket that is gone. */
function neverAnswered(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

it('ends a command that hangs when the connections of its server were lost', async () => {
  const client = new MongoClient('mongodb://127.0.0.1');
  const commands = new InFlightCommands(client);
  const hanging = commands.run(neverAnswered);
  client.emit('connectionPoolCleared', {} as never);
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
});

it('leaves a command alone that is answered, and passes its failure on', async () => {
  const commands = new InFlightCommands(new MongoClient('mongodb://127.0.0.1'));
  let seen: AbortSignal | undefined;
  const answer = await commands.run((signal) => {
    seen = signal;
    return Promise.resolve('answer');
  });
  expect([answer, seen?.aborted]).toEqual(['answer', false]);
  const failed = commands.run(() => Promise.reject(new TypeError('refused')));
  await expect(failed).rejects.toThrow(TypeError);
});
