import type { ClientSession, MongoClient } from 'mongodb';

/**
 * One explicit session per slot, kept for the life of the process. A re-send stays on its slot's
 * session: transaction numbers only rise there, so a late original is refused by the server
 * instead of being applied after its re-send (protocol A10).
 */
export class SlotSessions {
  readonly #client: MongoClient;
  readonly #bySlot = new Map<string, ClientSession>();

  constructor(client: MongoClient) {
    this.#client = client;
  }

  of(slot: string): ClientSession {
    let session = this.#bySlot.get(slot);
    if (session === undefined) {
      session = this.#client.startSession({ causalConsistency: false });
      this.#bySlot.set(slot, session);
    }
    return session;
  }

  async end(): Promise<void> {
    await Promise.all([...this.#bySlot.values()].map((session) => session.endSession()));
    this.#bySlot.clear();
  }
}
