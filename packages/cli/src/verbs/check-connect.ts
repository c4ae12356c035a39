import { completeDraft, loadDraft, type Configuration } from '@headrace/gateway';
import { checkServers, type Finding } from '@headrace/operate';
import { cliErrors } from '../errors.ts';
import type { Terminal } from '../print/terminal-port.ts';

/**
 * `headrace config check --connect`: a line for each check of the servers, and what to do.
 * @throws HeadraceError `checks-failed` when one is an error
 */
export async function checkConnect(
  configPath: string,
  { json = false }: { readonly json?: boolean },
  terminal: Terminal,
): Promise<void> {
  const configuration = await loadNamed(configPath, terminal);
  const findings: Finding[] = [];
  for await (const finding of checkServers(configuration)) {
    findings.push(finding);
    if (!json) terminal.say(findingText(finding));
  }
  if (json) terminal.say(JSON.stringify(findings, undefined, 2));
  const failed = findings.filter(({ level }) => level === 'error').length;
  if (failed > 0) throw cliErrors.create('checks-failed', { failed, of: findings.length });
}

/** Servers the file does not name are those of the environment, as for `headrace up`. */
async function loadNamed(path: string, { environment }: Terminal): Promise<Configuration> {
  const draft = await loadDraft({ path });
  return completeDraft(draft, {
    mongodbUri: environment['MONGODB_URI'],
    redisUri: draft.redis === undefined ? undefined : environment['REDIS_URL'],
  });
}

const LEVEL_WIDTH = 'warning'.length;

/** `error    mongodb rights: ...` and, below it, the fix. */
function findingText({ level, check, text, fix }: Finding): string {
  const line = `${level.padEnd(LEVEL_WIDTH)}  ${check}: ${text}`;
  const shown = fix === undefined ? line : `${line}\n${' '.repeat(LEVEL_WIDTH + 2)}fix: ${fix}`;
  // Names and texts come from servers, and a terminal obeys control characters.
  return shown.replace(/[^\P{Cc}\n]+/gu, ' ');
}
