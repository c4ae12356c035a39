import { silentLog } from '@headrace/base';
import { chooseSender, type CommandSender } from '@headrace/writer';
import { BSON, ObjectId, type Document } from 'mongodb';
import { benchErrors } from '../errors.ts';
import { parsers } from '../routes/parse-order.ts';
import { ordersEncoder } from './encode-orders.ts';
import type { Sender, SendTarget } from './sender.ts';

/** The tier `strong`, as the writer spells it. */
const concern = {
  w: 'majority',
  j: true,
  wtimeoutMs: 5_000,
  guarantee: { w: 'majority', j: 'requested', lowered: false },
} as const;

/** Documents that are BSON with their `_id`. */
export async function rawBytesSender(target: SendTarget): Promise<Sender<Uint8Array>> {
  const raw = await openRaw(target);
  return {
    prepare: (text) => {
      const order = parsers.reviver(text) as Document;
      return BSON.serialize({ _id: new ObjectId(), ...order });
    },
    send: (batch, slot) => insert(raw, { target, documents: batch, slot }),
    close: () => raw.stop(),
  };
}

/** Objects without `_id`. */
export async function rawObjectsSender(target: SendTarget): Promise<Sender<Document>> {
  const raw = await openRaw(target);
  const encoders = Array.from({ length: target.inFlight }, ordersEncoder);
  return {
    prepare: (text) => parsers.reviver(text) as Document,
    send: async (batch, slot) => {
      const documents = encoders[slot]?.(batch) ?? [];
      return await insert(raw, { target, documents, slot });
    },
    close: () => raw.stop(),
  };
}

async function openRaw({ client, database }: SendTarget): Promise<CommandSender> {
  const sender = await chooseSender({ client, database, log: silentLog });
  if (sender.path === 'raw') return sender;
  await sender.stop();
  throw benchErrors.create('no-raw-path', {});
}

async function insert(
  raw: CommandSender,
  sends: {
    readonly target: SendTarget;
    readonly documents: readonly Uint8Array[];
    readonly slot: number;
  },
): Promise<number> {
  const { target, documents, slot } = sends;
  const namespace = `${target.database}.${target.collection}`;
  const outcome = await raw.insert({ namespace, documents, concern, session: String(slot) });
  if (outcome.kind === 'failure') throw outcome.cause;
  return outcome.inserted;
}
