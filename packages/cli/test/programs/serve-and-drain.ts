import { createServer } from 'node:net';
import { runUntilSignal } from '../../src/verbs/run-until-signal.ts';

// A process as small as possible that listens, and stops in the way its argument says.
const mode = process.argv[2];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  await runUntilSignal(async (order) => {
    order.add('pool', () => {
      say('pool stopped');
    });
    const signalled = new Promise((resolve) => process.once('SIGTERM', resolve));
    say('starting');
    if (mode === 'fails') throw new RangeError('no port');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    if (mode === 'starts-after-signal') await signalled;
    order.add('server', () => {
      if (mode === 'never-drains') return new Promise(() => undefined);
      return new Promise((resolve) => {
        server.close(() => {
          say('server stopped');
          resolve();
        });
      });
    });
    say('listening');
  }, say);
} catch (error) {
  say(`failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
