import { parseArgs } from 'node:util';
import { ENCODE_SHAPES, ENCODE_SHAPE_NAMES, type EncodeShapeName } from '../drive/encode-shapes.ts';
import { benchErrors } from '../errors.ts';
import { ENCODE_WAYS, ENCODE_WAY_NAMES } from '../measure/encode-ways.ts';
import { KEPT_RESULTS } from './command-line.ts';

/** What was asked for on the command line of `bench:encode`. */
export interface EncodeCommandLine {
  readonly help: boolean;
  readonly rounds: number;
  readonly shapes: readonly EncodeShapeName[];
  /** Different documents of each shape. */
  readonly documents: number;
  /** Where the results go; absent: nowhere, they are only printed. */
  readonly out: string | undefined;
}

const WHOLE_ROUNDS = 7;
const WHOLE_DOCUMENTS = 20_000;
const QUICK_DOCUMENTS = 1_000;

const listed = (names: readonly string[], abouts: Readonly<Record<string, string>>): string =>
  names.map((name) => `  ${name.padEnd(15)} ${abouts[name] ?? ''}`).join('\n');
const SHAPE_ABOUTS = Object.fromEntries(
  ENCODE_SHAPE_NAMES.map((name) => [name, ENCODE_SHAPES[name].about]),
);

export const ENCODE_HELP = `Measures what it costs to make BSON of documents, with js-bson and with compiled encoders.

  npm run bench:encode                      ${WHOLE_ROUNDS} rounds, about a minute
  npm run bench:encode -- --rounds 9        another number of rounds
  npm run bench:encode -- --only order,wide some of the shapes
  npm run bench:encode -- --quick           one short round, to see that everything works
  npm run bench:encode -- --out some/folder write the results there
  npm run bench:encode -- --help            this

Shapes, ${WHOLE_DOCUMENTS} different documents each:
${listed(ENCODE_SHAPE_NAMES, SHAPE_ABOUTS)}

Ways:
${listed(ENCODE_WAY_NAMES, ENCODE_WAYS)}

A whole run writes ${KEPT_RESULTS}/encode.json and adds a line to history.ndjson there; any other
only prints, unless --out names a folder.
`;

/** @throws HeadraceError `command-line-wrong` */
export function readEncodeCommandLine(args: readonly string[]): EncodeCommandLine {
  const { help = false, quick = false, rounds, only, out } = parseFlags(args);
  const count = rounds === undefined ? undefined : roundsOf(rounds);
  const isWhole = !quick && only === undefined && (count ?? WHOLE_ROUNDS) >= WHOLE_ROUNDS;
  return {
    help,
    rounds: count ?? (quick ? 1 : WHOLE_ROUNDS),
    shapes: only === undefined ? ENCODE_SHAPE_NAMES : shapesOf(only),
    documents: quick ? QUICK_DOCUMENTS : WHOLE_DOCUMENTS,
    out: out ?? (isWhole ? KEPT_RESULTS : undefined),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        only: { type: 'string' },
        out: { type: 'string' },
      },
    }).values;
  } catch (cause) {
    throw wrong(cause instanceof Error ? cause.message : String(cause));
  }
}

function roundsOf(written: string): number {
  if (/^[1-9]\d{0,2}$/.test(written)) return Number(written);
  throw wrong(`--rounds wants a whole number from 1 to 999, not "${written}".`);
}

function shapesOf(written: string): readonly EncodeShapeName[] {
  const names = written.split(',');
  const unknown = names.find((name) => !(ENCODE_SHAPE_NAMES as readonly string[]).includes(name));
  if (unknown === undefined) return ENCODE_SHAPE_NAMES.filter((name) => names.includes(name));
  throw wrong(`--only knows ${ENCODE_SHAPE_NAMES.join(', ')}, not "${unknown}".`);
}

function wrong(problem: string): Error {
  return benchErrors.create('command-line-wrong', { problem });
}
