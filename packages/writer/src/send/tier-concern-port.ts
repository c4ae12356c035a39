import type { HeadraceError } from '@headrace/base';
import { writerErrors } from '../errors.ts';
import type { Guarantee, Tier } from '../gather/write-port.ts';

/** The write concern a tier is sent with; every one has a wtimeout (protocol A11). */
export interface TierConcern {
  readonly w: number | 'majority';
  readonly j: true;
  readonly wtimeoutMs: number;
  readonly guarantee: Guarantee;
}

/** What the set in use can satisfy. */
export interface MembersPort {
  /** Members that hold data; undefined behind mongos, where every shard has its own number. */
  dataBearingMembers(): number | undefined;
}

const wtimeoutMs = 5000;

/** Chooses the write concern of a tier, or refuses a tier that the set can not satisfy. */
export class TierConcerns {
  readonly #members: MembersPort;
  readonly #allowLower: boolean;

  constructor(members: MembersPort, options: { allowLower: boolean }) {
    this.#members = members;
    this.#allowLower = options.allowLower;
  }

  /** The refusal of writes of this tier, or undefined when it can be satisfied or lowered. */
  refusal(tier: Tier): HeadraceError | undefined {
    if (tier !== 'balanced' || this.#allowLower || !this.#isSingle()) return undefined;
    return writerErrors.create('tier-unsatisfiable', { tier, needed: 2, found: 1 });
  }

  /**
   * The concern to send with. Eventual writes have left the caller: they get the strongest. A set
   * that shrinks under a balanced write lowers it only where that is allowed.
   */
  of(tier: Tier): TierConcern {
    if (tier !== 'balanced') return concern('majority', false);
    return this.#allowLower && this.#isSingle() ? concern('majority', true) : concern(2, false);
  }

  #isSingle(): boolean {
    const members = this.#members.dataBearingMembers();
    return members !== undefined && members < 2;
  }
}

function concern(w: number | 'majority', lowered: boolean): TierConcern {
  // No server tells whether it honours j, so a receipt claims no more than that it was asked for.
  return { w, j: true, wtimeoutMs, guarantee: { w, j: 'requested', lowered } };
}
