import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Document } from 'mongodb';
import { testkitErrors } from '../errors.ts';
import { splitMessages } from '../proxy/split-messages.ts';
import { readMessage } from '../proxy/wire-message.ts';

/** One client's connections to the shards, opened when they are first used. */
export class ShardLinks {
  readonly #ports: ReadonlyMap<string, number>;
  readonly #links = new Map<string, Promise<ShardLink>>();

  /** @param ports of the real servers, by the name of the shard */
  constructor(ports: ReadonlyMap<string, number>) {
    this.#ports = ports;
  }

  /** Sends a message and gives the reply as it came. One at a time for each shard. */
  async send(shard: string, message: Buffer): Promise<Buffer> {
    let link = this.#links.get(shard);
    if (link === undefined) {
      link = ShardLink.open(this.#ports.get(shard) ?? 0);
      this.#links.set(shard, link);
    }
    return await (await link).send(message);
  }

  /** Sends a message and gives the body of the reply. */
  async call(shard: string, message: Buffer): Promise<Document> {
    const reply = readMessage(await this.send(shard, message));
    return reply?.body ?? {};
  }

  close(): void {
    for (const link of this.#links.values()) {
      link.then(
        (open) => {
          open.close();
        },
        () => undefined, // never opened: there is nothing to close
      );
    }
  }
}

class ShardLink {
  readonly #socket: Socket;
  #waiting: { resolve: (reply: Buffer) => void; reject: (cause: unknown) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on(
      'data',
      splitMessages((reply) => {
        this.#waiting?.resolve(reply);
        this.#waiting = undefined;
      }),
    );
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      this.#waiting?.reject(testkitErrors.create('shard-lost'));
    });
  }

  static async open(port: number): Promise<ShardLink> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new ShardLink(socket);
  }

  async send(message: Buffer): Promise<Buffer> {
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      if (this.#socket.destroyed) reject(testkitErrors.create('shard-lost'));
      else this.#socket.write(message);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
