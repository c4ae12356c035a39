import type { HeadraceError } from '@headrace/base';
import { MongoError } from 'mongodb';
import { gatewayErrors } from '../errors.ts';
import { asHeadraceError } from './problem.ts';

/** What the driver throws over a question is no fault of it: `read-failed`, to be asked again. */
export function asAskingError(thrown: unknown): HeadraceError {
  return thrown instanceof MongoError
    ? gatewayErrors.create('read-failed', {}, thrown)
    : asHeadraceError(thrown);
}

/** Waits for an answer of the database. Throws `read-failed` where there is none. */
export async function askDatabase<Answer>(asking: Promise<Answer>): Promise<Answer> {
  try {
    return await asking;
  } catch (thrown) {
    throw asAskingError(thrown);
  }
}
