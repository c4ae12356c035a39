import type { HeadraceError } from '@headrace/base';
import type { LedgerEntry } from '@headrace/writer';
import type { Frame } from '../append/frame-port.ts';
import type { TakenEntry } from '../take/entry-port.ts';

/** A write from the buffer on its way to its final state. */
export class QueuedWrite {
  readonly entry: TakenEntry;
  readonly frame: Frame;
  /** The document it writes; two writes of one document are never under way together. */
  documentName = '';
  /** The next write of the same document, waiting for this one. */
  next: QueuedWrite | undefined;
  attempts = 0;
  /** What the ledger had of its write id, where a former owner may have sent it. */
  found: LedgerEntry | undefined;
  /** Set when it is to become a dead letter. */
  doom: HeadraceError | undefined;
  /** Monotonic; when it was put aside first. */
  parkedSinceMs = 0;
  /** Monotonic; when it may be tried again. */
  dueAtMs = 0;

  constructor(entry: TakenEntry, frame: Frame) {
    this.entry = entry;
    this.frame = frame;
  }
}
