/** A MongoDB-wire server that can be started on this machine. */
export interface MongoProgram {
  /** Decides the flags. `mongod` is the real one, the others are compatible servers for one machine. */
  readonly kind: 'mongod' | 'secantusd-rs' | 'secantusd-py';
  /** Absolute path of the executable. */
  readonly path: string;
}
