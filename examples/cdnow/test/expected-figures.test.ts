import { describe, expect, it } from 'vitest';
import { expectedFigures } from '../src/expected-figures.ts';
import { ordersFile } from '../src/read-orders.ts';

describe('the figures the database must show', () => {
  it('are those of the published file', async () => {
    expect(await expectedFigures(ordersFile)).toEqual({
      orders: 69_659,
      customers: 23_570,
      cds: 167_881,
      cents: 250_031_563n,
      zeros: 80,
      repeats: 255,
    });
  });

  it('can be had for the first lines alone', async () => {
    expect(await expectedFigures(ordersFile, 3)).toEqual({
      orders: 3,
      customers: 2,
      cds: 7,
      cents: 10_077n,
      zeros: 0,
      repeats: 0,
    });
  });
});
