import { findMongod } from './find/find-mongod.ts';
import { findRedisServer } from './find/find-redis-server.ts';

// Run before the tests, so that no test ever waits for a build or a download.
const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

try {
  const mongo = await findMongod({ say });
  const redis = await findRedisServer({ say });
  say(`Servers for the tests: ${mongo.path}, ${redis}`);
} catch (cause) {
  say(cause instanceof Error ? cause.message : String(cause));
  process.exitCode = 1;
}
