import type { ReplayChoice, ReplayOutcome, ReplayResult } from '@headrace/gateway';
import { cliErrors } from '../errors.ts';
import type { Terminal } from '../print/terminal-port.ts';
import { inOneLine } from './dead-letter-table.ts';
import { readNumber, type ChoiceOptions } from './dead-letters.ts';

export interface ReplayOptions extends ChoiceOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly rate: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const progressEveryMs = 2_000;
const goodOutcomes: readonly ReplayOutcome[] = ['replayed', 'would-replay', 'already-applied'];

/**
 * `headrace dead-letters replay`: what became of each that was not simply replayed, and the sum.
 * @throws HeadraceError `bad-usage`; `dead-letters-left` when some stay
 */
export async function replayDeadLetters(
  configPath: string,
  options: ReplayOptions & { readonly ids: readonly string[] },
  terminal: Terminal,
): Promise<void> {
  const choice = readChoice(options);
  const { loadConfiguration, openReplays } = await import('@headrace/gateway');
  const opened = await openReplays(await loadConfiguration({ path: configPath }));
  const sum = new Sum();
  const progress = setInterval(() => {
    terminal.note(`so far: ${sum.text}`);
  }, progressEveryMs);
  try {
    for await (const result of opened.part.replay(choice)) {
      sum.add(result);
      if (options.json === true) terminal.say(JSON.stringify(result));
      else if (result.outcome !== 'replayed') terminal.say(lineOf(result));
    }
  } finally {
    clearInterval(progress);
    await opened.stop();
  }
  terminal.say(options.json === true ? JSON.stringify({ done: true, ...sum.counts }) : sum.text);
  const { left, all } = sum;
  if (left > 0) throw cliErrors.create('dead-letters-left', { left, all });
}

function readChoice(options: ReplayOptions & { readonly ids: readonly string[] }): ReplayChoice {
  const { ids, tenant, namespace, code, all = false, dryRun = false, force = false } = options;
  const isChosen = ids.length > 0 || namespace !== undefined || code !== undefined;
  if (isChosen === all) {
    const problem = 'Say which: ids, --namespace, --code, or else --all.';
    throw cliErrors.create('bad-usage', { problem, verb: 'dead-letters replay' });
  }
  const ratePerSecond = readNumber(options.rate, { option: '--rate', verb: 'replay' });
  return {
    ...{ tenant, namespace, code, dryRun, force, ratePerSecond },
    ...(ids.length > 0 && { ids }),
  };
}

function lineOf({ id, outcome, reason }: ReplayResult): string {
  const why = reason === undefined ? '' : `  ${reason.code}: ${reason.detail}`;
  return inOneLine(`${id}  ${outcome}${why}`);
}

/** How many ended how. */
class Sum {
  readonly counts: Partial<Record<ReplayOutcome, number>> = {};
  all = 0;
  left = 0;

  add({ outcome }: ReplayResult): void {
    this.counts[outcome] = (this.counts[outcome] ?? 0) + 1;
    this.all += 1;
    if (!goodOutcomes.includes(outcome)) this.left += 1;
  }

  get text(): string {
    const parts = Object.entries(this.counts).map(([outcome, count]) => `${count} ${outcome}`);
    return parts.length === 0 ? 'no dead letters' : parts.join(', ');
  }
}
