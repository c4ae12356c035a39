import { describe, expect, it } from 'vitest';
import { parseOrders, readOrders } from '../src/read-orders.ts';

const HEADER = ' customer_id  date number_of_cds  dollar_value\r\n';

describe('reading the orders file', () => {
  it('reads every order of the published file', async () => {
    const orders = await readOrders();
    expect(orders).toHaveLength(69_659);
    expect(orders[0]).toEqual({
      line: 1,
      customer: '00001',
      placedAt: new Date('1997-01-01T00:00:00Z'),
      cds: 1,
      total: '11.77',
    });
    expect(orders.at(-1)).toEqual({
      line: 69_659,
      customer: '23570',
      placedAt: new Date('1997-03-26T00:00:00Z'),
      cds: 2,
      total: '42.96',
    });
  });

  it('takes wide and narrow numbers from their columns', () => {
    const orders = parseOrders(
      `${HEADER} 07592 19980630 99 1286.01\r\n 00004 19970101  2    0.00\r\n`,
    );
    expect(orders.map(({ cds, total }) => [cds, total])).toEqual([
      [99, '1286.01'],
      [2, '0.00'],
    ]);
  });

  it.each([
    ['a short line', ' 00001 19970101  1  11.77'],
    ['an amount without cents', ' 00001 19970101  1   11.7 '],
    ['a letter in the customer', ' 0000x 19970101  1   11.77'],
    ['an empty line', ''],
    ['a month that is not one', ' 00001 19971301  1   11.77'],
    ['a day that is not one', ' 00001 19970231  1   11.77'],
  ])('refuses %s, naming the line', (_, bad) => {
    const text = `${HEADER} 00001 19970101  1   11.77\r\n${bad}\r\n 00001 19970101  1   11.77\r\n`;
    expect(() => parseOrders(text)).toThrow(/line 3 \(order 2\)/);
  });

  it('refuses a file without its header', () => {
    expect(() => parseOrders(' 00001 19970101  1   11.77\r\n')).toThrow(/line 1 .*header/);
  });
});
