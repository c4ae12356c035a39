import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../architecture/source-files.ts';

/** A fenced block of code. */
export interface CodeBlock {
  /** Words behind the opening fence, such as `console`. */
  readonly language: string;
  readonly text: string;
  /** `file:line` of its first line, for messages. */
  readonly place: string;
}

const fenced = /^(```+)([^\n`]*)\n([\s\S]*?)^\1$/gm;

export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function codeBlocks(path: string, page = readPage(path)): CodeBlock[] {
  return [...page.matchAll(fenced)].map(({ index, 2: language = '', 3: text = '' }) => ({
    language: language.trim(),
    text,
    place: `${path}:${page.slice(0, index).split('\n').length + 1}`,
  }));
}

/** Targets of links and pictures, in text: what stands in code is no link. */
export function linkTargets(page: string): string[] {
  const prose = page.replace(fenced, '').replace(/`[^`\n]*`/g, 'code');
  const inline = prose.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g);
  const named = prose.matchAll(/^\[[^\]]+\]: (\S+)/gm);
  return [...inline, ...named].map(([, target = '']) => target);
}

/** Anchors of a page: its headings, named as GitHub names them, and `<a id>`. */
export function anchors(page: string): Set<string> {
  const found = new Set<string>();
  const prose = page.replace(fenced, '');
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let name = slug;
    for (let again = 1; found.has(name); again += 1) name = `${slug}-${again}`;
    found.add(name);
  }
  for (const [, id = ''] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(id);
  return found;
}
