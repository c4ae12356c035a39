import { randomUUID } from 'node:crypto';
import { newUuidV7, uuidText } from '@headrace/writer';
import { ObjectId } from 'mongodb';

/** A way to make an id: makes one, and answers with something of it, so that it is really made. */
type MakeId = () => number;

/** The ways that are compared. */
export const ID_CASES = {
  uuidV7: {
    about: 'UUID v7, 16 bytes (Headrace: every keyless write has one)',
    make: () => newUuidV7(Date.now())[15] ?? 0,
  },
  uuidV7Text: {
    about: 'the same as text',
    make: () => uuidText(newUuidV7(Date.now())).charCodeAt(35),
  },
  objectId: { about: 'new ObjectId() of the driver', make: () => new ObjectId().id[11] ?? 0 },
  objectIdBytes: {
    about: 'ObjectId.generate() of the driver, 12 bytes',
    make: () => ObjectId.generate()[11] ?? 0,
  },
  objectIdText: {
    about: 'new ObjectId() of the driver as text',
    make: () => new ObjectId().toHexString().charCodeAt(23),
  },
  randomUuid: {
    about: 'crypto.randomUUID(): v4, text',
    make: () => randomUUID().charCodeAt(35),
  },
  randomUuidUncached: {
    about: 'crypto.randomUUID() that draws its chance anew each time',
    make: () => randomUUID({ disableEntropyCache: true }).charCodeAt(35),
  },
} as const satisfies Record<string, { readonly about: string; readonly make: MakeId }>;

export type IdCase = keyof typeof ID_CASES;
export const ID_CASE_NAMES = Object.keys(ID_CASES) as readonly IdCase[];

/** Ids between two looks at the clock. */
const idsPerLook = 5_000;

/** What one thread did. */
export interface IdCount {
  readonly ids: number;
  readonly ms: number;
  /** Of what the ids were, so that none of them is made for nothing. */
  readonly checksum: number;
}

/** Makes ids for a while on this thread. */
export function makeIds(name: IdCase, forMs: number): IdCount {
  const { make } = ID_CASES[name];
  const beganMs = performance.now();
  let checksum = 0;
  for (let ids = 0; ;) {
    for (let n = 0; n < idsPerLook; n += 1) checksum = (checksum + make()) | 0;
    ids += idsPerLook;
    const ms = performance.now() - beganMs;
    if (ms >= forMs) return { ids, ms, checksum };
  }
}
