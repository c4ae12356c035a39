import type { MongoClient, TopologyDescription } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { PrimaryPort } from '../send/primary-port.ts';
import type { MembersPort } from '../send/tier-concern-port.ts';

const writableTypes = new Set<string>(['RSPrimary', 'Mongos', 'LoadBalancer']);

/** Follows what the set says of itself: how many members hold data, and whether one takes writes. */
export class Members implements MembersPort, PrimaryPort {
  /** Whether the server is the router of a sharded cluster. */
  readonly isMongos: boolean;
  readonly #client: MongoClient;
  #dataBearing: number | undefined;
  #inSight = true;

  private constructor(client: MongoClient, isMongos: boolean) {
    this.isMongos = isMongos;
    this.#client = client;
  }

  /**
   * Asks the server what it is, then listens.
   * @throws HeadraceError `standalone-server`: no retryable writes, no transactions there
   */
  static async open(client: MongoClient): Promise<Members> {
    const hello = await client.db('admin').command({ hello: 1 });
    const members = new Members(client, hello['msg'] === 'isdbgrid');
    client.on('topologyDescriptionChanged', (event) => {
      members.#read(event.newDescription);
    });
    // Behind mongos every shard has its own number of members: nothing to say about them.
    if (members.isMongos) return members;
    if (hello['setName'] === undefined) {
      const address = String(hello['me'] ?? client.options.hosts[0]);
      throw writerErrors.create('standalone-server', { address });
    }
    const { hosts = [], passives = [] } = hello as { hosts?: string[]; passives?: string[] };
    members.#dataBearing = hosts.length + passives.length;
    return members;
  }

  dataBearingMembers(): number | undefined {
    return this.#dataBearing;
  }

  get inSight(): boolean {
    return this.#inSight;
  }

  async find(): Promise<string | undefined> {
    try {
      await this.#client.db('admin').command({ ping: 1 });
      return undefined;
    } catch (cause) {
      return cause instanceof Error ? cause.message : String(cause);
    }
  }

  #read(topology: TopologyDescription): void {
    this.#inSight = [...topology.servers.values()].some(({ type }) => writableTypes.has(type));
    for (const server of topology.servers.values()) {
      // Without a primary the last word stands: an election does not change who holds data.
      // Arbiters are listed apart from hosts and passives.
      if (server.type === 'RSPrimary') {
        this.#dataBearing = server.hosts.length + server.passives.length;
      }
    }
  }
}
