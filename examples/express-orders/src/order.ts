/** An order as both services store it. */
export interface Order {
  readonly _id: string;
  readonly customer: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly status: 'pending' | 'paid' | 'shipped' | 'cancelled';
  readonly paidAt?: Date;
}
