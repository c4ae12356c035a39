import { setTimeout as delay } from 'node:timers/promises';
import { silentLog, systemClock } from '@headrace/base';
import { MongoClient, MongoServerError, WriteConcern, type ClientSession } from 'mongodb';
import { Owners } from '../../src/clients/owners.ts';
import { SlotSessions } from '../../src/send/slot-sessions.ts';

// A process that adds 1 to document 1 under the write id `w1`, as a ledgered transaction does: it
// holds the document until it is sent SIGUSR1, then commits, again and again until it is certain.
const [, , uri = '', name = ''] = process.argv;
const client = new MongoClient(uri);
const sessions = new SlotSessions(client, ['strong/0']);
const owners = await Owners.open({
  ...{ client, database: name, sessions: sessions.ids() },
  ...{ clock: systemClock, log: silentLog },
});
const session = sessions.of('strong/0');
const told = new Promise((resolve) => process.once('SIGUSR1', resolve));

await begin(session);
process.stdout.write(`holds ${owners.processId.toString()}\n`);
await told;
for (;;) {
  try {
    await session.commitTransaction();
    process.stdout.write('ended applied\n');
    break;
  } catch (cause) {
    process.stdout.write(`commit failed ${codeOf(cause)}\n`);
  }
  try {
    await owners.register();
    await begin(session);
  } catch (cause) {
    await session.abortTransaction();
    if (codeOf(cause) === 11000) {
      process.stdout.write('ended recorded\n');
      break;
    }
    await delay(20);
  }
}
process.once('SIGTERM', () => void stop());

async function begin(on: ClientSession): Promise<void> {
  on.startTransaction({ writeConcern: new WriteConcern('majority', undefined, true) });
  const database = client.db(name);
  const filter = { _id: 1 as never };
  await database.collection('orders').updateOne(filter, { $inc: { n: 1 } }, { session: on });
  await database.collection('ledger').insertOne({ _id: 'w1' as never }, { session: on });
}

async function stop(): Promise<void> {
  await sessions.end();
  await owners.stop();
  await client.close();
}

function codeOf(cause: unknown): number {
  return cause instanceof MongoServerError ? Number(cause.code) : 0;
}
