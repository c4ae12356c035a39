import { WriteConcern } from 'mongodb';

/** Records of final states are as durable as the writes they stand for. */
export const writeConcern = new WriteConcern('majority', 5_000, true);
