import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import type { WriteError } from '../send/command-port.ts';
import { isTransactionTooLarge } from './server-codes-port.ts';

const duplicateCode = 11000;
const validatorCode = 121;
const unauthorizedCodes = new Set([13, 18]);

/** Whether the document's own `_id` is there already, rather than a value of another index. */
export function isIdDuplicate(error: WriteError): boolean {
  if (error.code !== duplicateCode) return false;
  if (error.keyPattern === undefined) return indexName(error.errmsg) === '_id_';
  const fields = Object.keys(error.keyPattern);
  return fields.length === 1 && fields[0] === '_id';
}

/** The caller's error for a write that the server has refused for good. */
export function refusalOf(error: WriteError, namespace: string): HeadraceError {
  const { code } = error;
  if (code === duplicateCode) {
    const index = indexName(error.errmsg) ?? Object.keys(error.keyPattern ?? {}).join('_');
    const fields = Object.keys(error.keyPattern ?? {});
    return writerErrors.create('duplicate', { index, fields });
  }
  if (code === validatorCode) {
    return writerErrors.create('document-refused', {
      reason: validatorReason(error),
      rule: ruleOf(error),
    });
  }
  if (unauthorizedCodes.has(code))
    return writerErrors.create('no-permission', { namespace, retryAfterMs: 5000 });
  if (isTransactionTooLarge(code)) {
    return writerErrors.create('transaction-too-large', {
      ...{ namespace, serverCode: code, reason: error.errmsg },
    });
  }
  return writerErrors.create('refused-by-server', { serverCode: code, reason: error.errmsg });
}

/** Server texts read `… index: NAME dup key: …`, with `collation: …` between in some. */
function indexName(text: string): string | undefined {
  return /index: (.+?) (?:collation|dup key): /.exec(text)?.[1];
}

/**
 * The failed rules of a validator, without the values that failed them: an error may be logged,
 * a document never is.
 */
function ruleOf(error: WriteError): unknown {
  return withoutValues(error.errInfo?.['details']);
}

function validatorReason(error: WriteError): string {
  const fields = new Set<string>();
  collectProperties(error.errInfo?.['details'], fields);
  return fields.size === 0 ? 'see rule.' : `see rule for ${[...fields].join(', ')}.`;
}

const valueFields = new Set(['consideredValue', 'consideredValues', 'failingDocumentId']);

function withoutValues(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutValues);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([name]) => !valueFields.has(name))
      .map(([name, value]) => [name, withoutValues(value)]),
  );
}

function collectProperties(node: unknown, into: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [name, value] of Object.entries(node)) {
    if (name === 'propertyName' && typeof value === 'string') into.add(value);
    else if (name === 'missingProperties' && Array.isArray(value))
      value.forEach((v) => into.add(String(v)));
    else collectProperties(value, into);
  }
}
