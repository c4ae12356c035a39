import { completeDraft, loadDraft, openBoth } from '@headrace/gateway';
import { testServers } from '@headrace/testkit';
import { codeBlocks } from './read-markdown.ts';

/** Gateway and worker as the first configuration on a page says, with servers of their own. */
export interface GatewayOfPage extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
}

export async function openGatewayOfPage(path: string): Promise<GatewayOfPage> {
  const text = codeBlocks(path).find(({ language }) => language === 'yaml')?.text ?? '';
  const servers = await testServers();
  const anywhere = { host: '127.0.0.1', port: 0 };
  const uris = { mongodbUri: servers.mongodb.uri, redisUri: servers.redis.uri };
  const running = await openBoth({
    ...completeDraft(await loadDraft({ text }), uris),
    ...{ listen: anywhere, adminListen: anywhere, workerListen: anywhere },
    log: { level: 'silent' },
  });
  return {
    url: running.url,
    adminUrl: running.adminUrl,
    [Symbol.asyncDispose]: async () => {
      await running.stop();
      await servers[Symbol.asyncDispose]();
    },
  };
}
