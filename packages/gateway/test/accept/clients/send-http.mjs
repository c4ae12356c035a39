// node send-http.mjs URL FILE: the same with node:http, which is read only after all is sent.
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { pipeline } from 'node:stream/promises';

const [, , url, file] = process.argv;
const request = httpRequest(url, {
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'node-http' },
});
const responded = once(request, 'response');
await pipeline(createReadStream(file), request);
const [response] = await responded;
let text = '';
for await (const part of response.setEncoding('utf8')) text += part;
process.stdout.write(`${response.statusCode} ${text.trimEnd().split('\n').at(-1)}\n`);
