import { randomBytes } from 'node:crypto';
import { Binary, type MongoClient } from 'mongodb';
import { writerErrors } from '../errors.ts';

const secretBytes = 32;

/**
 * Reads the deployment's secret from MongoDB, and makes it on the very first start. All processes
 * of a deployment share it; it is what idempotency keys are recognised by.
 * @param database Headrace's own database
 * @returns 32 bytes
 * @throws HeadraceError `bad-deployment` when the record is there and is not ours
 */
export async function loadDeploymentSecret(client: MongoClient, database: string): Promise<Buffer> {
  const deployment = client.db(database).collection<{ _id: number; secret: Binary }>('deployment');
  // Two first starts at once: $setOnInsert lets one win, and both read the winner's.
  await deployment.updateOne(
    { _id: 1 },
    { $setOnInsert: { secret: new Binary(randomBytes(secretBytes)) } },
    { upsert: true, writeConcern: { w: 'majority', journal: true, wtimeoutMS: 5000 } },
  );
  const record = await deployment.findOne({ _id: 1 }, { readConcern: 'majority' });
  // What stands there may be anybody's, so nothing of its shape is taken for granted.
  const secret: unknown = record?.secret;
  if (!(secret instanceof Binary) || secret.length() !== secretBytes) {
    throw writerErrors.create('bad-deployment', {
      namespace: `${database}.deployment`,
      reason: 'its secret does not have 32 bytes',
    });
  }
  return Buffer.from(secret.value());
}
