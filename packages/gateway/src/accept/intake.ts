import type { Log } from '@headrace/base';
import type { Tier, WriteDesk } from '@headrace/writer';
import type { DeadLettersPort } from './dead-letters-port.ts';
import type { FindWrite } from './find-write-port.ts';
import type { Lanes } from './lanes-port.ts';
import type { ListedCollections } from './listed-collections.ts';
import type { BodyBounds } from './read-body.ts';
import type { WriteMeter } from './write-meter.ts';

/** Everything the routes share. */
export interface Intake {
  readonly desk: WriteDesk;
  readonly lanes: Lanes;
  readonly findWrite: FindWrite;
  readonly deadLetters: DeadLettersPort;
  readonly collections: ListedCollections;
  readonly bounds: BodyBounds;
  readonly meter: WriteMeter;
  readonly log: Log;
  /** After this long without reading its answer a client of `_bulk` is cut off. */
  readonly slowReaderMs: number;
}

/** Whose writes these are, until there are API keys. */
export const TENANT = 'default';

/** What the headers of a request say about its writes. */
export interface WriteTerms {
  readonly tier: Tier;
  readonly idempotencyKey: string | undefined;
  readonly deadlineMs: number | undefined;
}
