import { silentLog } from '@headrace/base';
import { loadConfiguration, RedisClient, redisAclRules } from '@headrace/gateway';
import { checkServers, type Finding } from '@headrace/operate';
import { testMongo, testRedis } from '@headrace/testkit';
import { MongoClient } from 'mongodb';
import { expect, test } from 'vitest';
import { codeBlocks } from './read-markdown.ts';

// What the page tells an operator to run is run here, and the doctor asked whether it is enough.
const blocks = codeBlocks('docs/operate/set-up.md');
const blockWith = (text: string): string =>
  blocks.find((block) => block.text.includes(text))?.text.trim() ?? '';

async function findings(configuration: unknown, check: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const finding of checkServers(
    await loadConfiguration({ text: JSON.stringify(configuration) }),
  )) {
    if (finding.check === check) found.push(finding);
  }
  return found;
}

test('the user of the page has all rights that are needed in MongoDB, and no more than two databases', async () => {
  const [, document = ''] = /createUser\(([^]*)\)$/.exec(blockWith('createUser')) ?? [];
  const { user, pwd, roles } = JSON.parse(document) as {
    user: string;
    pwd: string;
    roles: { role: string; db: string }[];
  };
  expect(roles.map(({ db }) => db)).toEqual(['shop', 'headrace']);
  await using guarded = await testMongo({ extraArgs: ['--auth'] });
  const first = await new MongoClient(guarded.uri).connect();
  await first.db('admin').command({ createUser: user, pwd, roles });
  await first.close();
  const uri = `${guarded.uri.replace('://', `://${user}:${pwd}@`)}&authSource=admin`;
  const collections = { 'shop.orders': { changes: 'direct' } };
  expect(await findings({ mongodb: { uri }, collections }, 'mongodb rights')).toMatchObject([
    { level: 'ok' },
  ]);
});

test('the ACL line of the page is the one the doctor prints, and is enough', async () => {
  const line = blockWith('ACL SETUSER');
  expect(line).toBe(`ACL SETUSER headrace on >change-me ${redisAclRules('hr')}`);
  await using server = await testRedis();
  const admin = new RedisClient({ uri: server.uri, log: silentLog });
  await admin.connect();
  const [name = '', ...args] = line.split(' ');
  await admin.command(name, ...args);
  admin.close();
  const redis = { uri: `redis://headrace:change-me@127.0.0.1:${server.port}`, minReplicas: 0 };
  const mongodb = { uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100' };
  expect(await findings({ mongodb, redis }, 'redis rights')).toMatchObject([{ level: 'ok' }]);
});
