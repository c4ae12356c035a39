import type { MongoClient, TopologyDescription } from 'mongodb';
import { writerErrors } from '../errors.ts';
import type { MembersPort } from '../send/tier-concern-port.ts';

/** Follows what the set says of itself: how many members hold data. */
export class Members implements MembersPort {
  #dataBearing: number | undefined;

  /**
   * Asks the server what it is, then listens.
   * @throws HeadraceError `standalone-server`: no retryable writes, no transactions there
   */
  static async open(client: MongoClient): Promise<Members> {
    const hello = await client.db('admin').command({ hello: 1 });
    const members = new Members();
    // Behind mongos every shard has its own number of members: nothing to say about them.
    if (hello['msg'] === 'isdbgrid') return members;
    if (hello['setName'] === undefined) {
      const address = String(hello['me'] ?? client.options.hosts[0]);
      throw writerErrors.create('standalone-server', { address });
    }
    const { hosts = [], passives = [] } = hello as { hosts?: string[]; passives?: string[] };
    members.#dataBearing = hosts.length + passives.length;
    client.on('topologyDescriptionChanged', (event) => {
      members.#read(event.newDescription);
    });
    return members;
  }

  dataBearingMembers(): number | undefined {
    return this.#dataBearing;
  }

  #read(topology: TopologyDescription): void {
    for (const server of topology.servers.values()) {
      // Without a primary the last word stands: an election does not change who holds data.
      // Arbiters are listed apart from hosts and passives.
      if (server.type === 'RSPrimary') {
        this.#dataBearing = server.hosts.length + server.passives.length;
      }
    }
  }
}
