/** What transactions need of the record of living processes (protocol A4). */
export interface OwnersPort {
  /**
   * To be awaited before every transaction; resolves at once nearly always. From then on the other
   * processes know the sessions of this one, and free its documents should it die.
   * @throws MongoError when that can't be recorded now: nothing may be begun then
   */
  register(): Promise<void>;
  /**
   * A transaction met what another one holds (112, TransientTransactionError). If that one's process
   * is dead, its sessions are ended now, not at the next beat; looks once a second at most.
   */
  noteConflict(): void;
}
