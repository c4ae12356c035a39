import { TenantCursor } from './tenant-cursor.ts';

export interface WindowLimits {
  /** Most entries of a partition in hand at once. */
  readonly maxEntries: number;
  /** Most bytes of a partition in hand at once; one larger entry comes alone. */
  readonly maxBytes: number;
}

export const windowLimits: WindowLimits = { maxEntries: 10_000, maxBytes: 4_194_304 };

/** What may be read next of one tenant. */
export interface Request {
  readonly of: TenantCursor;
  readonly entries: number;
  readonly bytes: number;
}

const maxEntriesPerTake = 500;
const maxTenantsPerTake = 16;

/**
 * What of a partition is in hand, and how much more may be read of whom. No tenant holds more than
 * half the window while another one waits, and the tenants take turns at being asked first.
 */
export class Window {
  readonly #limits: WindowLimits;
  readonly #tenants = new Map<string, TenantCursor>();
  #turn = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  get heldEntries(): number {
    return this.#sum((tenant) => tenant.heldEntries);
  }

  get heldBytes(): number {
    return this.#sum((tenant) => tenant.heldBytes);
  }

  get tenants(): readonly TenantCursor[] {
    return [...this.#tenants.values()];
  }

  tenant(name: string): TenantCursor | undefined {
    return this.#tenants.get(name);
  }

  /**
   * Takes over Redis' word on who has how many bytes queued.
   * @returns whether somebody is new
   */
  learn(queued: ReadonlyMap<string, number>): boolean {
    let isNew = false;
    for (const [name, bytes] of queued) {
      let tenant = this.#tenants.get(name);
      if (tenant === undefined) {
        tenant = new TenantCursor(name);
        this.#tenants.set(name, tenant);
        isNew = true;
      }
      tenant.queuedBytes = bytes;
    }
    // An empty stream may be read from its start again, so nothing of it needs to be remembered.
    for (const [name, tenant] of this.#tenants) {
      if (tenant.heldEntries > 0) continue;
      if (!queued.has(name)) this.#tenants.delete(name);
    }
    return isNew;
  }

  /** What to read next, whoever's turn it is first. */
  plan(): Request[] {
    const all = this.tenants;
    const waiting = all.filter((tenant) => tenant.waits);
    const asked: Request[] = [];
    let entries = this.#limits.maxEntries - this.heldEntries;
    let bytes = this.#limits.maxBytes - this.heldBytes;
    for (let i = 0; i < Math.min(all.length, maxTenantsPerTake); i += 1) {
      const of = all[(this.#turn + i) % all.length] as TenantCursor;
      const share = waiting.some((tenant) => tenant !== of) ? 0.5 : 1;
      const mine = Math.min(entries, share * this.#limits.maxEntries - of.heldEntries);
      const mineBytes = Math.min(bytes, share * this.#limits.maxBytes - of.heldBytes);
      if (mine < 1 || mineBytes < 1) continue;
      const request = {
        of,
        entries: Math.min(Math.floor(mine), maxEntriesPerTake),
        bytes: Math.floor(mineBytes),
      };
      asked.push(request);
      entries -= request.entries;
      bytes -= request.bytes;
    }
    this.#turn += 1;
    return asked;
  }

  #sum(of: (tenant: TenantCursor) => number): number {
    let sum = 0;
    for (const tenant of this.#tenants.values()) sum += of(tenant);
    return sum;
  }
}
