import type { Document } from 'mongodb';

/** MongoDB's code for a write concern that was not reached within its wtimeout. */
const WRITE_CONCERN_TIMEOUT = 64;

/**
 * How far the members behind the primary have got. "The second" stands for both secondaries: one
 * alone would still make up w:2 and a majority of three.
 */
export class SecondMember {
  #state: 'up' | 'down' | { readonly delayMs: number } = 'up';

  set(state: 'up' | 'down' | { readonly delayMs: number }): void {
    this.#state = state;
  }

  /**
   * The reply to a command that waits for members, when its time has come. A real server that
   * misses a member answers after wtimeout; this one answers the same at once, so tests are quick.
   */
  async confirm(reply: Document, writeConcern: Document | undefined): Promise<Document> {
    if (this.#state === 'up') return reply;
    if (this.#state === 'down') {
      return {
        ...reply,
        writeConcernError: {
          code: WRITE_CONCERN_TIMEOUT,
          codeName: 'WriteConcernTimeout',
          errmsg: 'waiting for replication timed out',
          errInfo: { wtimeout: true, writeConcern },
        },
      };
    }
    const { delayMs } = this.#state;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return reply;
  }
}
