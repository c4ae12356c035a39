/** Documents of a class differ in size by less than this factor. */
const documentFactor = 8;
const smallestBytes = 1024;
const documentClasses = 5;
/** Classes of one octave of documents a command: its fixed cost aside, latency follows them. */
const classesPerOctave = 2;
/** More than any command carries: 2 classes for each of 10 octaves, and one to spare. */
const commandClasses = 21;

/**
 * Which documents are alike in size: up to 1 KiB, 8 KiB, 64 KiB, 512 KiB, larger.
 * @param documentBytes size of one document, in bytes
 * @returns from 0
 */
export function documentClassOf(documentBytes: number): number {
  const steps = Math.log(documentBytes / smallestBytes) / Math.log(documentFactor);
  return Math.min(documentClasses - 1, Math.max(0, Math.ceil(steps)));
}

/**
 * Which commands can be compared by their latency: about as many documents of about the same size.
 * @param bytes of all its documents
 * @returns from 0
 */
export function commandClassOf(documents: number, bytes: number): number {
  const byCount = Math.floor(Math.log2(Math.max(1, documents)) * classesPerOctave);
  const within = Math.min(commandClasses - 1, byCount);
  return documentClassOf(bytes / Math.max(1, documents)) * commandClasses + within;
}

/**
 * What any command costs, in documents: round trip and commit. It was 50 with a server on the same
 * machine, and is some hundreds where a majority is away; too much or too little of it matters only as
 * far as sizes differ.
 */
const fixedCost = 128;

/**
 * How long a command may be expected to take beside others, whatever the unit: a document as much as
 * a KiB, and any command as much as 128 of them.
 */
export function costOf(documents: number, bytes: number): number {
  return fixedCost + documents + bytes / 1024;
}
