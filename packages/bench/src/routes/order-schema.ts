import { Schema } from 'mongoose';

/** An order for mongoose: no field that the others do not store, no index, no collection made. */
export const orderSchema = new Schema(
  {
    orderId: String,
    customer: String,
    placedAt: Date,
    total: Schema.Types.Decimal128,
    currency: String,
    lines: [
      new Schema({ sku: String, quantity: Number, price: Schema.Types.Decimal128 }, { _id: false }),
    ],
    note: String,
  },
  { versionKey: false, autoIndex: false, autoCreate: false },
);
