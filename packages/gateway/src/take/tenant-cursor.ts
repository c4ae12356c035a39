/** How far one tenant's stream was read, and what of it is in hand. */
export class TenantCursor {
  readonly tenant: string;
  /** Highest id read, exclusive; `-` is the start. */
  cursor = '-';
  heldEntries = 0;
  heldBytes = 0;
  /** Bytes in Redis by its last word. */
  queuedBytes = 0;
  /** Bytes left in Redis for a newer worker. */
  #leftBytes = 0;
  /** Highest id a former owner read; undefined once we are past it. */
  #suspectUntil: StreamId | undefined;

  constructor(tenant: string) {
    this.tenant = tenant;
  }

  /** Whether Redis holds something of this tenant that is not in hand. */
  get waits(): boolean {
    return this.queuedBytes > this.heldBytes + this.#leftBytes;
  }

  /** At take-over: entries up to this id may have been settled by a former owner. */
  suspectUpTo(id: string): void {
    this.#suspectUntil = id === '' ? undefined : parseId(id);
  }

  /** Moves past an entry; returns whether it is a suspect one. */
  take(id: string, bytes: number): boolean {
    this.cursor = id;
    this.heldEntries += 1;
    this.heldBytes += bytes;
    if (this.#suspectUntil === undefined) return false;
    if (!isLater(parseId(id), this.#suspectUntil)) return true;
    this.#suspectUntil = undefined;
    return false;
  }

  released(bytes: number): void {
    this.heldEntries -= 1;
    this.heldBytes -= bytes;
    this.queuedBytes -= bytes;
  }

  left(bytes: number): void {
    this.heldEntries -= 1;
    this.heldBytes -= bytes;
    this.#leftBytes += bytes;
  }
}

interface StreamId {
  readonly ms: number;
  readonly sequence: number;
}

function parseId(id: string): StreamId {
  const dash = id.indexOf('-');
  return { ms: Number(id.slice(0, dash)), sequence: Number(id.slice(dash + 1)) };
}

function isLater(id: StreamId, than: StreamId): boolean {
  return id.ms === than.ms ? id.sequence > than.sequence : id.ms > than.ms;
}
