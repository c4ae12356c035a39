import { expect, test } from 'vitest';
import { patchBody, patchedId, patchText } from '../src/drive/patch-body.ts';
import { readWrkOutput } from '../src/drive/read-wrk-output.ts';
import { wrkScript } from '../src/drive/wrk-script.ts';

// As wrk 4.1 prints it, with the line that our script adds.
const OUTPUT = `Running 2s test @ http://127.0.0.1:21234
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.91ms    2.02ms  25.31ms   86.40%
    Req/Sec    15.08k     2.21k   18.62k    70.00%
  30075 requests in 2.01s, 12.33MB read
  Socket errors: connect 0, read 1, write 2, timeout 3
  Non-2xx or 3xx responses: 36
Requests/sec:  14962.01
Transfer/sec:      6.13MB
figures: {"durationUs":2010091,"requests":30075,"status":36,"connect":0,"read":1,"write":2,"timeout":3,"p50Us":3630,"p90Us":6120,"p99Us":16205,"maxUs":25310}
`;

test('reads requests, refusals, errors and latencies, and counts refusals as not answered', () => {
  expect(readWrkOutput(OUTPUT)).toEqual({
    seconds: 2.010091,
    answered: 30_039,
    refused: 36,
    socketErrors: 6,
    latencyMs: { p50: 3.63, p90: 6.12, p99: 16.205, max: 25.31 },
  });
});

test('output without its line of figures is an error that shows the output', () => {
  const said = 'unable to connect to 127.0.0.1:1 Connection refused\n';
  expect(() => readWrkOutput(said)).toThrow(/no line of figures[\s\S]*Connection refused/);
});

test('a figure that is missing is named', () => {
  expect(() => readWrkOutput(OUTPUT.replace('"p99Us":16205,', ''))).toThrow(/no p99Us/);
});

test('the script quotes whatever a path holds', () => {
  const sends = { kind: 'inserts', bodiesFile: '/tmp/ä' } as const;
  const load = { url: 'http://127.0.0.1:1', path: '/a"b\\c', keyPrefix: 'k', sends };
  const script = wrkScript(load);
  expect(script).toContain('POST /a\\034b\\092c HTTP/1.1\\013\\010Host: 127.0.0.1:1\\013\\010');
  expect(script).toContain('io.lines("/tmp/\\195\\164")');
  expect(script).toContain('local key_prefix = "k"');
  expect(wrkScript({ ...load, keyPrefix: undefined })).toContain('local key_prefix = nil');
});

test('a patch has the length that its head names, however often it is sent', () => {
  expect(patchBody(1)).toHaveLength(patchText.bytes);
  expect(patchBody(89_999_999)).toHaveLength(patchText.bytes);
  expect(JSON.parse(patchBody(5))).toMatchObject({ $set: { reference: 10_000_005 } });
  const sends = { kind: 'patches', documents: 7, contentType: 'application/json' } as const;
  const load = { url: 'http://127.0.0.1:1', path: '/orders', sends, keyPrefix: undefined };
  expect(wrkScript(load)).toContain(`Content-Length: ${patchText.bytes}\\013\\010`);
  expect(wrkScript(load)).toContain('count = 7');
  expect(patchedId(255).toHexString()).toBe('0000000000000000000000ff');
});
