/** A load: so many connections, each sending its next request when it has its answer. */
export interface Load {
  /** `http://127.0.0.1:1234` */
  readonly url: string;
  readonly path: string;
  readonly sends: Sends;
  readonly connections: number;
  readonly seconds: number;
  /** Begins the idempotency keys, one for each request; absent: none is sent. */
  readonly keyPrefix: string | undefined;
  readonly signal: AbortSignal;
}

/** What the requests of a load are. */
export type Sends =
  /** POST. @see makeOrders */
  | {
      readonly kind: 'inserts';
      /** One JSON body a line, sent in turn. */
      readonly bodiesFile: string;
    }
  /** PATCH below the path, on so many documents in turn. */
  | { readonly kind: 'patches'; readonly documents: number; readonly contentType: string };

/** What the driver saw. */
export interface LoadResult {
  readonly seconds: number;
  /** Answers below 400. The database says later which of them count. */
  readonly answered: number;
  /** Answers of 400 and above. */
  readonly refused: number;
  /** Connections refused, reads and writes that failed, answers after more than 10 s. */
  readonly socketErrors: number;
  readonly latencyMs: Latency;
}

export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Makes a load. One file a driver. */
export type Driver = (load: Load) => Promise<LoadResult>;
