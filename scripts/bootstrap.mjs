// Runs a verb of this repository on a bare clone: installs the dependencies when package-lock.json
// has changed, picks a Node that can run TypeScript sources, and starts the verb's commands.
// No dependency of its own, and nothing newer than Node 20.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, URL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules', '.bin');
const STAMP = join(ROOT, 'node_modules', '.headrace-installed');
const LOCK = join(ROOT, '.cache', 'install.lock');
/** An install that holds the lock for longer is dead, whoever has its pid now. */
const STALE_AFTER_MS = 10 * 60_000;
/** Type stripping without a flag, in a line that is still looked after, begins here. */
const OLDEST_NODE = [22, 22];

const source = (file) => ['--conditions=headrace-source', file];
const tools = {
  typecheck: [
    'node_modules/typescript/bin/tsc',
    ...['-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', '.cache/check.tsbuildinfo'],
  ],
  stage: ['scripts/stage-packages.mjs'],
  build: ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json'],
  lint: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--write', '--log-level', 'warn', '.'],
  formatCheck: [
    'node_modules/prettier/bin/prettier.cjs',
    ...['--check', '.', '--cache', '--cache-location', '.cache/prettier'],
  ],
  vitest: ['node_modules/vitest/vitest.mjs', 'run'],
  prepare: source('packages/local-servers/src/prepare.ts'),
};
/**
 * The end of a test file's name says which servers it needs; unit tests need none. They leave nothing
 * behind, so files may share what is loaded: half of their time otherwise. `test` keeps them apart.
 */
const unit = [
  ...tools.vitest,
  '--no-isolate',
  ...['mongo', 'redis', 'servers'].flatMap((needs) => ['--exclude', `**/*.${needs}.test.ts`]),
];

/** Each verb's commands, in order. Words after the verb go to the last one. */
const verbs = {
  start: [source('examples/cdnow/src/main.ts')],
  test: [tools.prepare, tools.vitest],
  headrace: [source('packages/cli/src/main.ts')],
  check: [tools.typecheck, tools.formatCheck, unit],
  typecheck: [tools.typecheck],
  lint: [tools.lint],
  format: [tools.format],
  unit: [unit],
  build: [tools.stage, tools.build],
  'bench:first': [source('packages/bench/src/first.ts')],
  'bench:encode': [source('packages/bench/src/encode.ts')],
  'bench:ids': [source('packages/bench/src/ids.ts')],
  'bench:ingest': [source('packages/bench/src/ingest.ts')],
  'bench:send': [source('packages/bench/src/send.ts')],
};

/** Commands that run beside those of their verb, since they use one core for long. */
const beside = { check: [tools.lint] };

process.exitCode = await main(process.argv[2], process.argv.slice(3));

async function main(verb, rest) {
  const commands = Object.hasOwn(verbs, verb ?? '') ? verbs[verb] : undefined;
  if (!commands) {
    say(`Unknown verb "${verb ?? ''}". There are: ${Object.keys(verbs).join(', ')}.`);
    return 2;
  }
  const installed = await install();
  if (installed !== 0) return installed;
  const node = pickNode();
  if (!node) return 1;
  const env = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` };
  const runTool = (words) => run(node, words, { env, stdio: 'inherit' });
  const others = (beside[verb] ?? []).map(runTool);
  let code = 0;
  for (const [index, command] of commands.entries()) {
    const words = index === commands.length - 1 ? rest : [];
    code = await runTool([...command, ...words]);
    if (code !== 0) break;
  }
  const codes = [code, ...(await Promise.all(others))];
  return codes.find((each) => each !== 0) ?? 0;
}

/** `npm ci`, if what is installed is not what package-lock.json says. Two at once take turns. */
async function install() {
  const lockFile = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lockFile).digest('hex');
  if (isStamped(hash)) return 0;
  await takeLock();
  try {
    if (isStamped(hash)) return 0; // somebody else has just done it
    if (!holdsAllOf(lockFile)) {
      say('Installing the dependencies with npm ci: 15 s to 1 min, again only when they change.');
      // npm's words go to standard error: standard output belongs to the verb.
      const stdio = ['ignore', 2, 2];
      const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
      const npm = process.env.npm_execpath;
      const code = npm
        ? await run(process.execPath, [npm, ...flags, '--loglevel=error'], { stdio })
        : await run('npm', [...flags, '--loglevel=error'], { stdio });
      if (code !== 0) {
        say(`npm ci failed with exit code ${code}; its words are above.`);
        return code;
      }
    }
    writeFileSync(STAMP, hash);
    return 0;
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function isStamped(hash) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash;
}

/** Whether npm's own record of node_modules has it all: somebody ran npm ci or install by hand. */
function holdsAllOf(lockFile) {
  const record = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const had = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(JSON.parse(lockFile).packages).every(
    ([path, { version, optional, devOptional }]) =>
      !path.includes('node_modules/') || optional || devOptional || had[path]?.version === version,
  );
}

async function takeLock() {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return;
    } catch (cause) {
      if (cause.code !== 'EEXIST') throw cause;
    }
    if (removeStaleLock()) continue;
    if (!told) say(`Waiting for another install to end (${LOCK}).`);
    await sleep(250);
  }
}

/** True if the lock is worth trying again at once. */
function removeStaleLock() {
  try {
    const owner = readFileSync(LOCK, 'utf8');
    const isOld = Date.now() - statSync(LOCK).mtimeMs > STALE_AFTER_MS;
    if (!isOld && (owner === '' || isAlive(Number(owner)))) return false;
    const aside = `${LOCK}.${process.pid}`; // of two that saw it stale, one gets to move it
    renameSync(LOCK, aside);
    if (readFileSync(aside, 'utf8') === owner) rmSync(aside);
    else renameSync(aside, LOCK); // taken anew in between: it is alive
    return true;
  } catch (cause) {
    if (cause.code === 'ENOENT') return true;
    throw cause;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}

/** The Node that npm installed for this repository, or else our own where it is new enough. */
function pickNode() {
  const installed = join(BIN, 'node');
  if (existsSync(installed)) return installed;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) {
    return process.execPath;
  }
  say(
    `This is Node ${process.versions.node}; Headrace needs ${OLDEST_NODE.join('.')} or newer (24 is ` +
      'what it is developed on), and npm has none for this system. Install it from https://nodejs.org.',
  );
  return undefined;
}

/** Runs a command to its end and passes signals on. Its exit code, or 128 + its signal's number. */
function run(path, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd: ROOT, ...options });
    const passOn = (signal) => {
      // Ctrl-C in a terminal reaches the child by itself; a second one would mean "at once".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1));
    });
  });
}

function say(line) {
  console.error(line);
}
