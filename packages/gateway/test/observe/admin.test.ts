import { silentLog } from '@headrace/base';
import { afterEach, describe, expect, it } from 'vitest';
import { openAdmin, type OpenAdmin } from '../../src/observe/open-admin.ts';
import { openPrometheusMetrics } from '../../src/observe/prometheus-metrics.ts';
import type { ReadyCheck } from '../../src/observe/ready-port.ts';

let admin: OpenAdmin | undefined;
afterEach(async () => {
  await admin?.stop();
});

async function open(
  checks: readonly ReadyCheck[],
  metrics = openPrometheusMetrics(),
): Promise<string> {
  const listen = { host: '127.0.0.1', port: 0 };
  admin = await openAdmin({ listen, ready: { checks: () => checks }, metrics, log: silentLog });
  return admin.address;
}

const well: ReadyCheck = { name: 'mongodb', ok: true, detail: 'answers' };
const away: ReadyCheck = { name: 'redis', ok: false, detail: 'refused' };

describe('/readyz', () => {
  it('is 200 when every check is well', async () => {
    const response = await fetch(`${await open([well])}/readyz`);
    expect([response.status, await response.json()]).toEqual([200, { ready: true, failing: [] }]);
  });

  it('is 503 naming what fails, and tells all when asked to', async () => {
    const response = await fetch(`${await open([well, away])}/readyz?verbose`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      ready: false,
      failing: ['redis'],
      checks: [well, away],
    });
  });
});

it('/healthz is 200 whatever the checks say', async () => {
  expect((await fetch(`${await open([away])}/healthz`)).status).toBe(200);
});

describe('/metrics', () => {
  it('shows what was counted, set and observed, with the prefix', async () => {
    const prometheus = openPrometheusMetrics();
    const { metrics } = prometheus;
    const spec = { help: 'h', labels: ['tier'] };
    const counter = metrics.counter({ ...spec, name: 'writes_total' });
    counter.add({ tier: 'strong' });
    counter.add({ tier: 'strong' }, 4);
    metrics.gauge({ ...spec, name: 'depth', labels: [] }).set({}, 3);
    const latency = metrics.histogram({ ...spec, name: 'latency_seconds', buckets: [0.1, 1] });
    for (const seconds of [0.05, 0.1, 0.5, 7]) latency.observe({ tier: 'strong' }, seconds);
    const response = await fetch(`${await open([], prometheus)}/metrics`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    for (const line of [
      'headrace_writes_total{tier="strong"} 5',
      'headrace_depth 3',
      'headrace_latency_seconds_bucket{le="0.1",tier="strong"} 2',
      'headrace_latency_seconds_bucket{le="+Inf",tier="strong"} 4',
      'headrace_latency_seconds_count{tier="strong"} 4',
    ]) {
      expect(page).toContain(line);
    }
  });
});
