/**
 * The driver's internals that raw-insert.ts uses, as of mongodb 7.9; the driver ships no types for
 * them. The trial in choose-sender.ts finds out when they have moved.
 */
declare module 'mongodb/lib/operations/insert.js' {
  import type { ClientSession, Document, WriteConcern } from 'mongodb';
  import type { MongoDBCollectionNamespace } from 'mongodb/lib/utils.js';

  export interface InsertOperationOptions {
    readonly ordered: boolean;
    readonly session: ClientSession;
    readonly writeConcern: WriteConcern;
    readonly signal: AbortSignal;
  }
  export class InsertOperation {
    constructor(
      namespace: MongoDBCollectionNamespace,
      documents: readonly Document[],
      options: InsertOperationOptions,
      serializedOperations: readonly Uint8Array[],
    );
    /** How often the driver has tried to send it; unset before the first try. */
    readonly attemptsMade: number | undefined;
  }
}
declare module 'mongodb/lib/operations/execute_operation.js' {
  import type { Document, MongoClient } from 'mongodb';
  import type { DeleteOperation } from 'mongodb/lib/operations/delete.js';
  import type { InsertOperation } from 'mongodb/lib/operations/insert.js';
  import type { UpdateOperation } from 'mongodb/lib/operations/update.js';

  export function executeOperation(
    client: MongoClient,
    operation: InsertOperation | UpdateOperation | DeleteOperation,
  ): Promise<Document>;
}
declare module 'mongodb/lib/utils.js' {
  export class MongoDBCollectionNamespace {
    constructor(database: string, collection: string);
    readonly collection: string | undefined;
  }
}
declare module 'mongodb/lib/operations/update.js' {
  import type { Document } from 'mongodb';
  import type { InsertOperationOptions } from 'mongodb/lib/operations/insert.js';
  import type { MongoDBCollectionNamespace } from 'mongodb/lib/utils.js';

  export class UpdateOperation {
    constructor(
      namespace: MongoDBCollectionNamespace,
      statements: readonly Document[],
      options: InsertOperationOptions,
      serializedOperations: readonly Uint8Array[],
    );
    readonly attemptsMade: number | undefined;
  }
}
declare module 'mongodb/lib/operations/delete.js' {
  import type { Document } from 'mongodb';
  import type { InsertOperationOptions } from 'mongodb/lib/operations/insert.js';
  import type { MongoDBCollectionNamespace } from 'mongodb/lib/utils.js';

  export class DeleteOperation {
    constructor(
      namespace: MongoDBCollectionNamespace,
      statements: readonly Document[],
      options: InsertOperationOptions,
      serializedOperations: readonly Uint8Array[],
    );
    readonly attemptsMade: number | undefined;
  }
}
