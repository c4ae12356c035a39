import { COLLECTION, DATABASE } from './subject.ts';

/**
 * The configuration of gateway and worker: what ships, with ports, URIs and the lines of the
 * collection. Its `_id` is an ObjectId, as the driver makes one for the plain route.
 */
export function gatewayConfig(options: {
  readonly tier: 'strong' | 'eventual';
  readonly changes: 'none' | 'direct' | 'buffered';
  readonly mongodbUri: string;
  readonly redisUri: string;
}): string {
  // A JSON string is a YAML string too.
  return `listen: 127.0.0.1:0
adminListen: 127.0.0.1:0
workerListen: 127.0.0.1:0
mongodb: { uri: ${JSON.stringify(options.mongodbUri)} }
redis: { uri: ${JSON.stringify(options.redisUri)} }
collections:
  ${DATABASE}.${COLLECTION}: { tier: ${options.tier}, changes: ${options.changes}, idType: objectId }
`;
}
