import type { Document } from 'mongodb';
import { announceMembers, isHelloReply } from './announce-members.ts';
import { SecondMember } from './second-member.ts';
import { splitMessages } from './split-messages.ts';
import { TcpProxy, type Link, type Passage } from './tcp-proxy.ts';
import {
  countDocuments,
  readMessage,
  replyTo,
  withBody,
  type WireMessage,
} from './wire-message.ts';
import {
  commandName,
  readWriteCommand,
  waitsForMembers,
  type WriteCommand,
} from './write-command.ts';

/**
 * A STAND-IN for a replica set of three: one real server behind three ports, announced as three
 * members with data. Writes with w:2 are answered from the one server. It proves what Headrace
 * sends and how it takes the answers; it proves nothing about replication, elections or rollback.
 */
export interface WireProxy extends AsyncDisposable {
  readonly name: 'three-member-stand-in';
  /** To connect to instead of the server's own. */
  readonly uri: string;
  /** Every write command since the start, in the order of arrival. */
  readonly commands: readonly WriteCommand[];
  /** Closes every connection now. */
  cut(): void;
  /** A lost answer: the next such commands run, and their connection is closed without the reply. */
  cutBeforeReply(command: string, times?: number): void;
  /** See `TcpProxy.blackHole`. */
  blackHole(on: boolean): void;
  /** Down: w over 1 is applied and answered with write-concern error 64. Delayed: answered later. */
  secondMember(state: 'up' | 'down' | { readonly delayMs: number }): void;
  /** While on, writes with an explicit w:1 are acknowledged and forgotten, as a rollback would. */
  forgetUnreplicated(on: boolean): void;
  close(): Promise<void>;
}

const MEMBERS = 3;

/** @param options.target the server behind it; it may be killed and restarted on its port */
export async function wireProxy(options: {
  readonly target: { readonly port: number; readonly uri: string };
}): Promise<WireProxy> {
  const { target } = options;
  const set = new StandIn();
  const ports = Array.from(
    { length: MEMBERS },
    (_, member) => new TcpProxy(target.port, (link) => set.open(link, member)),
  );
  for (const port of ports) await port.listen();
  set.members = ports.map(({ port }) => `127.0.0.1:${port}`);
  const close = async (): Promise<void> => {
    await Promise.all(ports.map((port) => port.close()));
  };
  return {
    name: 'three-member-stand-in',
    uri: `mongodb://${set.members.join(',')}/${new URL(target.uri).search}`,
    commands: set.commands,
    cut: () => {
      ports.forEach((port) => {
        port.cut();
      });
    },
    cutBeforeReply: (command, times = 1) => set.lostReplies.set(command, times),
    blackHole: (on) => {
      ports.forEach((port) => {
        port.blackHole(on);
      });
    },
    secondMember: (state) => {
      set.secondMember.set(state);
    },
    forgetUnreplicated: (on) => {
      set.forgetsUnreplicated = on;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What is done with a reply instead of passing it as it is. */
type Treatment = (message: WireMessage) => void;

class StandIn {
  members: readonly string[] = [];
  readonly commands: WriteCommand[] = [];
  readonly lostReplies = new Map<string, number>();
  readonly secondMember = new SecondMember();
  forgetsUnreplicated = false;

  open(link: Link, member: number): Passage {
    const treatments = new Map<number, Treatment>();
    return {
      fromClient: splitMessages((bytes) => {
        const message = readMessage(bytes);
        if (message === undefined) link.toServer(bytes);
        else this.#request(link, message, treatments);
      }),
      fromServer: splitMessages((bytes) => {
        const message = readMessage(bytes);
        const treat = message && treatments.get(message.responseTo);
        if (treat) {
          treatments.delete(message.responseTo);
          treat(message);
        } else if (message && isHelloReply(message.body)) {
          link.toClient(withBody(message, announceMembers(message.body, this.members, member)));
        } else link.toClient(bytes);
      }),
    };
  }

  #request(link: Link, message: WireMessage, treatments: Map<number, Treatment>): void {
    const write = readWriteCommand(message);
    if (write) this.commands.push(write);
    if (write && this.forgetsUnreplicated && write.writeConcern?.['w'] === 1) {
      const n = countDocuments(message);
      link.toClient(replyTo(message.requestId, forgottenReply(write.name, n)));
      return;
    }
    if (this.#losesReply(commandName(message.body))) {
      treatments.set(message.requestId, () => {
        link.cut();
      });
    } else if (write && waitsForMembers(write)) {
      treatments.set(message.requestId, (reply) => {
        void this.secondMember.confirm(reply.body, write.writeConcern).then((body) => {
          link.toClient(withBody(reply, body));
        });
      });
    }
    link.toServer(write && asksForNumber(write) ? withMajority(message, write) : message.bytes);
  }

  #losesReply(command: string): boolean {
    const times = this.lostReplies.get(command) ?? 0;
    if (times > 0) this.lostReplies.set(command, times - 1);
    return times > 0;
  }
}

function asksForNumber({ writeConcern }: WriteCommand): boolean {
  const w: unknown = writeConcern?.['w'];
  return typeof w === 'number' && w > 1;
}

/** One server alone refuses a number over 1 and honours majority, which it makes up by itself. */
function withMajority(message: WireMessage, { writeConcern }: WriteCommand): Buffer {
  return withBody(message, { ...message.body, writeConcern: { ...writeConcern, w: 'majority' } });
}

function forgottenReply(name: string, n: number): Document {
  return name === 'update' ? { ok: 1, n, nModified: n } : { ok: 1, n };
}
