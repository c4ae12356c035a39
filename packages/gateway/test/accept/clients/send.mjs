/* global fetch */
// node send.mjs URL FILE: sends the file as a stream with fetch, prints the last line of the answer.
import { openAsBlob } from 'node:fs';

const [, , url, file] = process.argv;
const response = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'node' },
  body: (await openAsBlob(file)).stream(),
  duplex: 'half',
});
const lines = (await response.text()).trimEnd().split('\n');
process.stdout.write(`${response.status} ${lines.at(-1)}\n`);
