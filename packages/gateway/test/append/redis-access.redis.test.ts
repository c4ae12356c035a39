import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@headrace/local-servers';
import { selfSignedCertificate, temporaryFolder, testRedis } from '@headrace/testkit';
import { describe, expect, it } from 'vitest';
import {
  optionalRedisCommands,
  redisAclRules,
  redisCommands,
} from '../../src/append/redis-access.ts';
import {
  append,
  appenderOf,
  backlog,
  bareWrite,
  freshNames,
  lookInto,
  outcome,
} from './lane-under-test.ts';

const source = join(import.meta.dirname, '../../src');
const all = [...redisCommands, ...Object.values(optionalRedisCommands)];

describe('the commands an ACL has to allow', () => {
  it('are those that the sources use', () => {
    const used = new Set<string>();
    for (const path of globSync('**/*.{ts,lua}', { cwd: source })) {
      const text = readFileSync(join(source, path), 'utf8');
      const calls = text.matchAll(/\b(?:command|call)\('([A-Z]+)'(?:, '([A-Z]+)')?/g);
      for (const [, name = '', second] of calls) {
        const parts = name === 'SCRIPT' || name === 'CONFIG' ? [name, second] : [name];
        used.add(parts.join('|').toLowerCase());
      }
    }
    const known = new Set(all);
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
  });

  it('are enough for a user who has them and the names of the prefix, and for no other prefix', async () => {
    await using server = await testRedis();
    const names = freshNames();
    const admin = await lookInto(server.uri);
    const rules = redisAclRules(names.prefix).split(' ');
    await admin.command('ACL', 'SETUSER', 'headrace', 'on', '>secret', ...rules);
    const uri = `redis://headrace:secret@127.0.0.1:${server.port}`;
    const appender = await appenderOf(uri, names, { redis: { minReplicas: 0 } });
    expect(appender.durability().fsync).toBe('everysec');
    expect(outcome(await append(appender, bareWrite()))).toBe('queued');
    expect(await backlog(admin, names)).toBe(1);
    await appender.stop();
    await expect(appenderOf(uri, freshNames())).rejects.toMatchObject({
      code: 'redis-refused',
      details: { code: 'NOPERM' },
    });
    const keys = (await admin.command('KEYS', '*')) as Buffer[];
    const foreign = keys
      .map(String)
      .filter((key) => !/^{?/.test(key) || !key.includes(names.prefix));
    expect(foreign).toEqual([]);
    admin.close();
  });

  it('work without CONFIG, and then the receipt says unknown or what was declared', async () => {
    await using server = await testRedis();
    const names = freshNames();
    const admin = await lookInto(server.uri);
    const rules = redisAclRules(names.prefix).split(' ');
    await admin.command('ACL', 'SETUSER', 'plain', 'on', '>secret', ...rules, '-config');
    const uri = `redis://plain:secret@127.0.0.1:${server.port}`;
    const unsure = await appenderOf(uri, names);
    expect(unsure.durability().fsync).toBe('unknown');
    await unsure.stop();
    const told = await appenderOf(uri, names, { redis: { declaredFsync: 'always' } });
    expect(told.durability().fsync).toBe('always');
    expect(outcome(await append(told, bareWrite()))).toBe('queued');
    await told.stop();
    admin.close();
  });
});

describe('a wrong password', () => {
  it('is refused at the start, as Redis says it', async () => {
    await using server = await testRedis({ extraArgs: ['--requirepass', 'secret'] });
    const wrong = appenderOf(`redis://:wrong@127.0.0.1:${server.port}`, freshNames());
    await expect(wrong).rejects.toMatchObject({
      code: 'redis-refused',
      details: { code: 'WRONGPASS' },
    });
    const none = appenderOf(`redis://127.0.0.1:${server.port}`, freshNames());
    await expect(none).rejects.toMatchObject({
      code: 'redis-refused',
      details: { code: 'NOAUTH' },
    });
  });
});

describe('TLS', () => {
  it('is spoken to a Redis that knows nothing else, whose certificate is checked, and ours too', async () => {
    await using folder = await temporaryFolder();
    const { cert, key } = await selfSignedCertificate(folder.path);
    const port = await freePort();
    await using server = await testRedis({
      port: await freePort(),
      extraArgs: [
        ...['--tls-port', String(port), '--tls-auth-clients', 'yes'],
        ...['--tls-ca-cert-file', cert, '--tls-cert-file', cert, '--tls-key-file', key],
      ],
    });
    expect(server.port).not.toBe(port);
    const uri = `rediss://127.0.0.1:${port}`;
    const certText = readFileSync(cert, 'utf8');
    const tls = { ca: certText, cert: certText, key: readFileSync(key, 'utf8') };
    const appender = await appenderOf(uri, freshNames(), { redis: { tls } });
    expect(outcome(await append(appender, bareWrite()))).toBe('queued');
    await appender.stop();
    const withoutCa = { cert: tls.cert, key: tls.key };
    const untrusting = appenderOf(uri, freshNames(), { redis: { tls: withoutCa } });
    await expect(untrusting).rejects.toMatchObject({ code: 'redis-lost' });
    const nameless = appenderOf(uri, freshNames(), { redis: { tls: { ca: tls.ca } } });
    await expect(nameless).rejects.toMatchObject({ code: 'redis-lost' });
  });
});
