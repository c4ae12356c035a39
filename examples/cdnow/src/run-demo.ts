import type { StopOrder } from '@headrace/base';
import type { Collection } from 'mongodb';
import { checkResult, waitUntilApplied } from './check-result.ts';
import { expectedFigures } from './expected-figures.ts';
import { formatCheck, formatCurls, formatReplay } from './format-summary.ts';
import { openDemo, type OpenOptions } from './open-demo.ts';
import { DEMO_COLLECTION, DEMO_DATABASE } from './order-document.ts';
import { ProgressBar } from './progress-bar.ts';
import { ordersFile, readOrders } from './read-orders.ts';
import { replay } from './replay.ts';

export interface DemoOptions extends OpenOptions {
  /** Replay only so many orders. */
  readonly lines: number | undefined;
}

/**
 * The whole demo up to its summary. Every part that runs is added to `parts` at once.
 * @returns whether every figure in the database is that of the file
 */
export async function runDemo(parts: StopOrder, options: DemoOptions): Promise<boolean> {
  const { output, signal } = options;
  const { gateway, client, say } = await openDemo(parts, options);

  const orders = (await readOrders()).slice(0, options.lines);
  say(`\nReplaying ${orders.length.toLocaleString('en-US')} orders with 64 callers.`);
  const bar = new ProgressBar(output, orders.length, 'orders');
  const onProgress = (done: number): void => {
    bar.show(done);
  };
  const report = await replay({ url: gateway.url, orders, signal, onProgress });
  bar.end();
  say(`\n${formatReplay(report)}`);

  const stored = client.db(DEMO_DATABASE).collection(DEMO_COLLECTION);
  const ok = await check(stored, orders.length, options);
  const one = await stored.findOne({ line: 1 }, { projection: { _id: 1 } });
  say(formatCurls(gateway.url, String(one?._id)));
  say(`The API, to read and to try: ${gateway.url}/docs`);
  return ok;
}

async function check(stored: Collection, count: number, options: DemoOptions): Promise<boolean> {
  const { output, signal } = options;
  output.write('Waiting until the worker has brought the queued orders into MongoDB.\n');
  const bar = new ProgressBar(output, count, 'orders in MongoDB');
  await waitUntilApplied(stored, {
    expected: count,
    firstLines: count,
    signal,
    onProgress: (found) => {
      bar.show(Math.min(found, count));
    },
  });
  bar.end();
  const rows = await checkResult(stored, await expectedFigures(ordersFile, count), count);
  output.write(`\n${formatCheck(rows)}\n`);
  return rows.every(({ ok }) => ok);
}
