import { loadConfiguration, openReplays } from '../../src/index.ts';

// A process that replays every dead letter of the default tenant.
const [, , path = ''] = process.argv;
const { part } = await openReplays(await loadConfiguration({ path }));
process.stdout.write('begins\n');
for await (const { outcome } of part.replay({ tenant: 'default' })) {
  process.stdout.write(`${outcome}\n`);
}
