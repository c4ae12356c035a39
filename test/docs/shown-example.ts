import type { CodeBlock } from './read-markdown.ts';

/** A command of a console block, with what the page says it prints. */
export interface ShownExample {
  readonly command: string;
  /** Empty where the page shows no answer. */
  readonly answer: string;
  readonly place: string;
}

/** An answer apart: a status line and headers only where the command asks for them (`-i`). */
export interface Answer {
  readonly status: string | undefined;
  readonly headers: readonly string[];
  /** Undefined where only headers are shown. */
  readonly body: string | undefined;
}

/** Commands begin with `$ ` and go on behind a backslash; what follows is what they print. */
export function shownExamples(block: CodeBlock): ShownExample[] {
  return block.text
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [, command = '', answer = ''] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(text) ?? [];
      return { command, answer: answer.trimEnd(), place: block.place };
    });
}

export function takeApart(printed: string): Answer {
  const text = printed.replaceAll('\r\n', '\n').trimEnd();
  if (!text.startsWith('HTTP/')) return { status: undefined, headers: [], body: text };
  const [head = '', ...rest] = text.split('\n\n');
  const [status, ...headers] = head.split('\n');
  return { status, headers, body: rest.length === 0 ? undefined : rest.join('\n\n') };
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * What fits a text of the page: a UUID stands for any, the same one for the same again, `…` for
 * anything in one line, all else for itself.
 */
export function shapeOf(shown: string): RegExp {
  const seen: string[] = [];
  const parts = shown.split(new RegExp(`(${uuid.source}|…)`));
  const pattern = parts.map((part, at) => {
    if (at % 2 === 0) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    if (part === '…') return '.*?';
    const before = seen.indexOf(part);
    if (before >= 0) return `\\${before + 1}(?!\\d)`;
    seen.push(part);
    return `(${uuid.source})`;
  });
  return new RegExp(`^${pattern.join('')}$`, 'i');
}

/** How an answer differs from what the page shows, in lines to read; empty if it fits. */
export function differences(shown: Answer, printed: Answer): string[] {
  const found: string[] = [];
  const compare = (what: string, expected: string, real: string | undefined): void => {
    if (real !== undefined && shapeOf(expected).test(real)) return;
    found.push(`${what}: the page shows ${expected}`, `${what}: the answer is ${real ?? 'absent'}`);
  };
  if (shown.status !== undefined) compare('status', shown.status, printed.status);
  for (const header of shown.headers) {
    const name = header.slice(0, header.indexOf(':') + 1).toLowerCase();
    const real = printed.headers.find((one) => one.toLowerCase().startsWith(name));
    compare('header', header, real);
  }
  if (shown.body !== undefined) compare('body', shown.body, printed.body);
  return found;
}

/** The first write id in an answer. */
export function writeIdIn(printed: string): string | undefined {
  return new RegExp(`"writeId":"(${uuid.source})"`).exec(printed)?.[1];
}
