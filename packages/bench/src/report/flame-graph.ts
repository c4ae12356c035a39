/** A CPU profile as V8 writes it: `.cpuprofile`. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** Node ids, one a sample. */
  readonly samples?: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas?: readonly number[];
}

interface Frame {
  readonly name: string;
  readonly file: string;
  readonly below: Map<string, Frame>;
  /** With what it calls. */
  us: number;
}

const WIDTH = 1_200;
const ROW_HEIGHT = 16;
const FONT_SIZE = 11;
const CHARACTER_WIDTH = 6.5;
/** Narrower frames can neither be seen nor read. */
const SMALLEST_WIDTH = 0.8;
const IDLE = '(idle)';

/** By whose code it is; the first pattern that the file's address has. */
const COLOURS: readonly (readonly [pattern: RegExp, colour: string])[] = [
  [/\/packages\//, '#f4a259'],
  [/\/node_modules\//, '#8cb3d9'],
  [/^node:/, '#c9c9c9'],
];
const OTHER_COLOUR = '#e3dcd2';

/**
 * Draws a profile as a flame graph (Brendan Gregg, "The Flame Graph", CACM 59.6, 2016), root at the
 * top: the width of a frame is the time in it and in what it calls; idle time is left out.
 * @param title stands above it
 * @returns an SVG document; each frame tells its name, file and share
 */
export function flameGraph(profile: CpuProfile, title: string): string {
  const root = sumUp(profile);
  const rows: string[] = [];
  const depth = drawBelow(root, { x: 0, level: 0, total: root.us, rows });
  const height = (depth + 2) * ROW_HEIGHT;
  const seconds = (root.us / 1e6).toFixed(1);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="monospace" font-size="${FONT_SIZE}">
<text x="4" y="${FONT_SIZE}">${escape(title)}, ${seconds} s on the CPU. Orange: Headrace; blue: dependencies; grey: Node.</text>
${rows.join('\n')}
</svg>
`;
}

/** Adds up the samples of equal stacks. */
function sumUp({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Frame {
  const own = new Map<number, number>();
  samples.forEach((id, at) => own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0)));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const enter = (id: number, frame: Frame): number => {
    let us = own.get(id) ?? 0;
    for (const child of byId.get(id)?.children ?? []) {
      const called = byId.get(child)?.callFrame ?? { functionName: '', url: '' };
      if (called.functionName === IDLE) continue;
      us += enter(child, frameBelow(frame, called.functionName, called.url));
    }
    frame.us += us;
    return us;
  };
  const root: Frame = { name: 'all', file: '', below: new Map(), us: 0 };
  const [first] = nodes;
  if (first !== undefined) enter(first.id, root);
  return root;
}

function frameBelow(frame: Frame, functionName: string, file: string): Frame {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const key = `${name} ${file}`;
  const known = frame.below.get(key);
  if (known !== undefined) return known;
  const made: Frame = { name, file, below: new Map(), us: 0 };
  frame.below.set(key, made);
  return made;
}

/** @returns how many levels there are */
function drawBelow(
  frame: Frame,
  at: {
    readonly x: number;
    readonly level: number;
    readonly total: number;
    readonly rows: string[];
  },
): number {
  let { x } = at;
  let depth = at.level;
  for (const below of [...frame.below.values()].sort((a, b) => b.us - a.us)) {
    const width = (below.us / at.total) * WIDTH;
    if (width < SMALLEST_WIDTH) break;
    at.rows.push(drawFrame(below, { ...at, x, width }));
    depth = Math.max(depth, drawBelow(below, { ...at, x, level: at.level + 1 }));
    x += width;
  }
  return depth;
}

function drawFrame(
  { name, file, us }: Frame,
  at: {
    readonly x: number;
    readonly width: number;
    readonly level: number;
    readonly total: number;
  },
): string {
  const y = (at.level + 1) * ROW_HEIGHT;
  const [, colour] = COLOURS.find(([pattern]) => pattern.test(file)) ?? ['', OTHER_COLOUR];
  const room = Math.floor((at.width - 4) / CHARACTER_WIDTH);
  const text = room < 3 ? '' : name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const share = `${((us / at.total) * 100).toFixed(1)} %`;
  // The address without what comes before the packages: where the sources lie is nobody's business.
  const place = file.replace(/^.*\/(?=packages\/|node_modules\/)/, '');
  return (
    `<g><title>${escape(`${name} ${place} ${share}`)}</title>` +
    `<rect x="${at.x.toFixed(1)}" y="${y}" width="${at.width.toFixed(1)}" height="${ROW_HEIGHT - 1}" fill="${colour}"/>` +
    `<text x="${(at.x + 2).toFixed(1)}" y="${y + FONT_SIZE}">${escape(text)}</text></g>`
  );
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
