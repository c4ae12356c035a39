import type { ConfigurationProblem } from '@headrace/base';
import { LineCounter, parseDocument } from 'yaml';

/** What a YAML text holds, or why it holds nothing. */
export type YamlReading =
  { readonly value: unknown } | { readonly problems: readonly ConfigurationProblem[] };

/**
 * Reads one YAML 1.2 document. A name given twice is a problem, and so is a tag nobody knows; each
 * is told with its line and column, without an excerpt, which might show a secret.
 */
export function readYaml(text: string): YamlReading {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: true,
  });
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return {
      problems: wrong.map(({ pos, message }) => {
        const { line, col } = lineCounter.linePos(pos[0]);
        return { path: `line ${line}, column ${col}`, text: message };
      }),
    };
  }
  try {
    // An empty file says nothing, which is what an empty section says.
    return { value: document.toJS() ?? {} };
  } catch (cause) {
    // Aliases that would grow without end.
    return {
      problems: [{ path: '', text: cause instanceof Error ? cause.message : String(cause) }],
    };
  }
}
