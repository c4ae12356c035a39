import type { Configuration } from '@headrace/gateway';
import type { Document, MongoClient } from 'mongodb';
import type { Finder, Finding } from './finding.ts';

/** The oldest that has `$dateSubtract`, which finds dead processes by the server's clock. */
const oldestMajor = 5;

/** `hello` of the server, and how many members hold data; undefined behind a mongos. */
export interface Deployment {
  readonly hello: Document;
  readonly isMongos: boolean;
  readonly members: number | undefined;
}

export async function readDeployment(client: MongoClient): Promise<Deployment> {
  const hello = await client.db('admin').command({ hello: 1 });
  const isMongos = hello['msg'] === 'isdbgrid';
  const { hosts = [], passives = [] } = hello as { hosts?: string[]; passives?: string[] };
  const members = isMongos ? undefined : hosts.length + passives.length;
  return { hello, isMongos, members };
}

/** What the number of members means for the tiers. */
export function judgeMembers(
  finder: Finder,
  { hello, isMongos, members }: Deployment,
  { tiers, collections }: Pick<Configuration, 'tiers' | 'collections'>,
): Finding {
  if (isMongos) return finder.ok('mongos: the members are those of each shard');
  if (hello['setName'] === undefined) {
    return finder.error(
      'the server is a standalone: no retryable writes, no transactions, no change streams',
      'start mongod with --replSet rs0, then rs.initiate() once; one member will do',
    );
  }
  const set = `replica set ${String(hello['setName'])}`;
  if (members === 1) {
    const text = `${set} has one data-bearing member: balanced (w:2) is unsatisfiable`;
    if (tiers.allowLower) return finder.ok(`${text}, lowered by tiers.allowLower`);
    const fix = 'add members, use strong, or set tiers.allowLower: true';
    const isUsed = Object.values(collections).some(({ tier }) => tier === 'balanced');
    return isUsed
      ? finder.error(`${text}, and a collection uses it`, fix)
      : finder.warning(text, fix);
  }
  if (members === 2) {
    const text = `${set} has two data-bearing members: strong and balanced stop when either is away`;
    return finder.warning(text, 'add a third data-bearing member');
  }
  const same = members === 3 ? ': majority is 2, so balanced = strong' : '';
  return finder.ok(`${set} has ${members ?? 0} data-bearing members${same}`);
}

export async function checkVersion(finder: Finder, client: MongoClient): Promise<Finding> {
  const { version } = (await client.db('admin').command({ buildInfo: 1 })) as { version: string };
  if (Number.parseInt(version, 10) >= oldestMajor) return finder.ok(`MongoDB ${version}`);
  return finder.error(`MongoDB ${version} is too old`, `use ${oldestMajor}.0 or newer`);
}
