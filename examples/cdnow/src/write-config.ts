import { writeFile } from 'node:fs/promises';
import { LIFE_CYCLE_COLLECTIONS } from './life-cycle/operation.ts';
import { DEMO_COLLECTION, DEMO_DATABASE } from './order-document.ts';

/** Headrace's own database of the demo: secret, dead letters, ledger. */
export const DEMO_META_DATABASE = `${DEMO_DATABASE}_meta`;

const LIFE_CYCLE = 'idType: string, types: { total: decimal, placedAt: date, paidAt: date }';

/** What differs from one run to the next. */
export interface ConfigValues {
  readonly port: number;
  readonly adminPort: number;
  readonly mongodbUri: string;
  readonly redisUrl: string;
}

/** Writes the demo's headrace.yaml, readable by this user alone as the URIs may hold passwords. */
export async function writeConfig(file: string, values: ConfigValues): Promise<void> {
  await writeFile(file, configText(values), { mode: 0o600 });
}

function configText({ port, adminPort, mongodbUri, redisUrl }: ConfigValues): string {
  // A JSON string is a YAML string too, whatever characters a password has.
  return `listen: 127.0.0.1:${port}
adminListen: 127.0.0.1:${adminPort}
mongodb: { uri: ${JSON.stringify(mongodbUri)}, database: ${DEMO_META_DATABASE} }
redis: { uri: ${JSON.stringify(redisUrl)}, prefix: hr-demo }
tiers: { allowLower: true }
collections:
  ${DEMO_DATABASE}.${DEMO_COLLECTION}: { tier: strong, types: { total: decimal, placedAt: date } }
  ${DEMO_DATABASE}.${LIFE_CYCLE_COLLECTIONS.direct}: { changes: direct, ${LIFE_CYCLE} }
  ${DEMO_DATABASE}.${LIFE_CYCLE_COLLECTIONS.buffered}: { changes: buffered, ${LIFE_CYCLE} }
`;
}
