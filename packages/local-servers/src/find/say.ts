/** Where a wait is announced: one line each, for a person. */
export type Say = (line: string) => void;
