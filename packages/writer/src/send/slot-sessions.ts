import type { Binary, ClientSession, MongoClient } from 'mongodb';

/**
 * One explicit session per slot, kept for the life of the process. A re-send stays on its slot's
 * session: transaction numbers only rise there, so a late original is refused by the server
 * instead of being applied after its re-send (protocol A10).
 */
export class SlotSessions {
  readonly #client: MongoClient;
  readonly #bySlot = new Map<string, ClientSession>();
  readonly #ids: Binary[] = [];

  /** @param slots those whose sessions are opened at once, so that their ids are known */
  constructor(client: MongoClient, slots: readonly string[] = []) {
    this.#client = client;
    for (const slot of slots) this.of(slot);
  }

  of(slot: string): ClientSession {
    let session = this.#bySlot.get(slot);
    if (session === undefined) {
      session = this.#client.startSession({ causalConsistency: false });
      this.#bySlot.set(slot, session);
      if (session.id !== undefined) this.#ids.push(session.id.id);
    }
    return session;
  }

  /** The ids of the sessions opened so far, as the server knows them; the list grows with them. */
  ids(): readonly Binary[] {
    return this.#ids;
  }

  /**
   * Gives up a slot's session on which a call was left behind: its end, whenever it comes, would be
   * taken for that of a later transaction. Only when nothing sent on it can be applied any more. It
   * is not ended, as it would go back to the driver's pool in that state. The new one is opened at
   * once, so that it is known before its first transaction.
   */
  renew(slot: string): void {
    this.#bySlot.delete(slot);
    this.of(slot);
  }

  async end(): Promise<void> {
    await Promise.all([...this.#bySlot.values()].map((session) => session.endSession()));
    this.#bySlot.clear();
  }
}
