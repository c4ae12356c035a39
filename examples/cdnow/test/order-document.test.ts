import { expect, it } from 'vitest';
import { orderDocument } from '../src/order-document.ts';

it('sends money as decimal text and the day as a date', () => {
  const placedAt = new Date('1997-01-01T00:00:00Z');
  const order = { line: 1, customer: '00001', placedAt, cds: 1, total: '11.70' };
  expect(orderDocument(order)).toBe(
    '{"customer":"00001","placedAt":"1997-01-01T00:00:00Z","cds":1,"total":"11.70","line":1}',
  );
});
