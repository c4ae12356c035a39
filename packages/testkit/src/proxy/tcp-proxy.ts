import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One client's way through the proxy, as the code that looks at its bytes sees it. */
export interface Link {
  toServer(bytes: Uint8Array): void;
  toClient(bytes: Uint8Array): void;
  /** Both ends closed, now. */
  cut(): void;
}

/** What is done with the bytes of one link. */
export interface Passage {
  fromClient(bytes: Buffer): void;
  fromServer(bytes: Buffer): void;
}

interface Ends {
  readonly client: Socket;
  readonly server: Socket;
}

/**
 * Listens on 127.0.0.1 and opens a connection to the target for each of its own. Looks at all
 * bytes, so it keeps no back-pressure: for the small loads of tests.
 */
export class TcpProxy {
  readonly #listener: Server;
  readonly #links = new Set<Ends>();
  #isBlackHole = false;

  /** @param open called for every new connection */
  constructor(targetPort: number, open: (link: Link) => Passage) {
    this.#listener = createServer({ noDelay: true }, (client) => {
      const server = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
      this.#join({ client, server }, open);
    });
  }

  #join(ends: Ends, open: (link: Link) => Passage): void {
    const { client, server } = ends;
    const cut = (): void => {
      client.destroy();
      server.destroy();
      this.#links.delete(ends);
    };
    const passage = open({
      toServer: (bytes) => server.write(bytes),
      toClient: (bytes) => client.write(bytes),
      cut,
    });
    this.#links.add(ends);
    for (const socket of [client, server]) {
      socket.on('error', cut); // a broken end is what tests make; the other end is told
      socket.on('close', cut);
    }
    client.on('data', (bytes: Buffer) => {
      passage.fromClient(bytes);
    });
    server.on('data', (bytes: Buffer) => {
      passage.fromServer(bytes);
    });
    if (this.#isBlackHole) hold(ends);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(0, '127.0.0.1', resolve);
    });
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** Closes every connection now. New ones are taken. */
  cut(): void {
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
    this.#links.clear();
  }

  /**
   * While on, connections open and nothing passes either way, as behind a dead switch. What was
   * sent meanwhile arrives late, once it is off.
   */
  blackHole(on: boolean): void {
    this.#isBlackHole = on;
    for (const ends of this.#links) {
      if (on) hold(ends);
      else release(ends);
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    this.cut();
    await closed;
  }
}

function hold({ client, server }: Ends): void {
  client.pause();
  server.pause();
}

function release({ client, server }: Ends): void {
  client.resume();
  server.resume();
}
