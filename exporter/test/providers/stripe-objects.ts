/**
 * Objects as Stripe's API 2026-08-26.dahlia gives them when everything is expanded; the fake server takes expansions
 * away again.
 */

export type Json = Readonly<Record<string, unknown>>;

let serial = 0;
const next = (prefix: string): string => `${prefix}_${String((serial += 1)).padStart(8, '0')}`;

export function epoch(time: string): number {
  return Date.parse(time.includes('T') ? time : `${time}T00:00:00Z`) / 1000;
}

export function coupon(fields: Json = {}): Json {
  return {
    id: next('coupon'),
    object: 'coupon',
    amount_off: null,
    created: epoch('2026-01-01'),
    currency: null,
    duration: 'forever',
    duration_in_months: null,
    livemode: true,
    metadata: {},
    name: null,
    percent_off: null,
    times_redeemed: 1,
    valid: true,
    ...fields,
  };
}

export function discount(couponFields: Json, fields: Json = {}): Json {
  return {
    id: next('di'),
    object: 'discount',
    start: epoch('2026-01-01'),
    end: null,
    customer: null,
    promotion_code: null,
    source: { type: 'coupon', coupon: coupon(couponFields) },
    ...fields,
  };
}

export function price(fields: Json = {}, recurring: Json = {}): Json {
  return {
    id: next('price'),
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: epoch('2026-01-01'),
    currency: 'usd',
    custom_unit_amount: null,
    livemode: true,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: 'prod_default',
    recurring: { interval: 'month', interval_count: 1, meter: null, usage_type: 'licensed', ...recurring },
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'recurring',
    unit_amount: 1000,
    unit_amount_decimal: '1000',
    ...fields,
  };
}

/** A price of `unit` minor units. */
export function flat(unit: number, interval = 'month', count = 1, fields: Json = {}): Json {
  return price(
    { unit_amount: unit, unit_amount_decimal: String(unit), ...fields },
    { interval, interval_count: count },
  );
}

export function item(itemPrice: Json, fields: Json = {}): Json {
  return {
    id: next('si'),
    object: 'subscription_item',
    created: epoch('2026-01-01'),
    current_period_start: epoch('2026-03-01'),
    current_period_end: epoch('2026-04-01'),
    discounts: [],
    metadata: {},
    price: itemPrice,
    quantity: 1,
    subscription: 'sub',
    tax_rates: [],
    ...fields,
  };
}

export function taxRate(percentage: number, inclusive: boolean): Json {
  return {
    id: next('txr'),
    object: 'tax_rate',
    active: true,
    created: epoch('2026-01-01'),
    display_name: 'VAT',
    inclusive,
    livemode: true,
    percentage,
  };
}

export function subscription(items: readonly Json[], fields: Json = {}): Json {
  const id = next('sub');
  return {
    id,
    object: 'subscription',
    automatic_tax: { enabled: false },
    billing_cycle_anchor: epoch('2026-01-01'),
    billing_mode: { type: 'classic' },
    billing_schedules: [],
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    collection_method: 'charge_automatically',
    created: epoch('2026-01-01'),
    currency: 'usd',
    customer: next('cus'),
    default_tax_rates: [],
    discounts: [],
    ended_at: null,
    invoice_settings: { issuer: { type: 'self' } },
    items: {
      object: 'list',
      data: items.map((one) => ({ ...one, subscription: id })),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    livemode: true,
    metadata: {},
    pause_collection: null,
    start_date: epoch('2026-01-01'),
    status: 'active',
    trial_end: null,
    ...fields,
  };
}

export function line(amount: number, start: string, end: string, fields: Json = {}): Json {
  return {
    id: next('il'),
    object: 'line_item',
    amount,
    currency: 'usd',
    description: null,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    livemode: true,
    metadata: {},
    period: { start: epoch(start), end: epoch(end) },
    pretax_credit_amounts: [],
    quantity: 1,
    subtotal: amount,
    taxes: [],
    ...fields,
  };
}

export function invoice(created: string, lines: readonly Json[], fields: Json = {}): Json {
  const id = next('in');
  const total = lines.reduce((sum, { amount }) => sum + Number(amount), 0);
  return {
    id,
    object: 'invoice',
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: total,
    amount_paid_off_stripe: 0,
    amount_remaining: 0,
    amount_shipping: 0,
    attempt_count: 1,
    attempted: true,
    auto_advance: false,
    automatic_tax: { enabled: false },
    collection_method: 'charge_automatically',
    created: epoch(created),
    currency: 'usd',
    customer: 'cus_1',
    default_tax_rates: [],
    discounts: [],
    issuer: { type: 'self' },
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: true,
    metadata: {},
    payment_settings: {},
    period_end: epoch(created),
    period_start: epoch(created),
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    shipping_cost: null,
    starting_balance: 0,
    status: 'paid',
    status_transitions: { finalized_at: epoch(created) },
    subtotal: total,
    total,
    total_excluding_tax: null,
    ...fields,
  };
}

export function creditNote(created: string, invoiceId: unknown, lines: readonly Json[], fields: Json = {}): Json {
  const id = next('cn');
  const total = lines.reduce((sum, { amount }) => sum + Number(amount), 0);
  return {
    id,
    object: 'credit_note',
    amount: total,
    created: epoch(created),
    currency: 'usd',
    customer: 'cus_1',
    invoice: invoiceId,
    livemode: true,
    status: 'issued',
    total,
    total_excluding_tax: null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/credit_notes/${id}/lines` },
    type: 'post_payment',
    ...fields,
  };
}

export function creditLine(amount: number, invoiceLine: unknown, fields: Json = {}): Json {
  return {
    id: next('cnli'),
    object: 'credit_note_line_item',
    amount,
    discount_amount: 0,
    discount_amounts: [],
    invoice_line_item: invoiceLine,
    livemode: true,
    pretax_credit_amounts: [],
    quantity: 1,
    tax_rates: [],
    taxes: [],
    ...fields,
  };
}

export function transaction(created: string, category: string, amount: number, fee = 0, fields: Json = {}): Json {
  return {
    id: next('txn'),
    object: 'balance_transaction',
    amount,
    available_on: epoch(created),
    balance_type: 'payments',
    created: epoch(created),
    currency: 'usd',
    exchange_rate: null,
    fee,
    fee_details: [],
    net: amount - fee,
    reporting_category: category,
    source: null,
    status: 'available',
    type: category,
    ...fields,
  };
}

/** `count` subscriptions of $20 and `tiered` distinct prices with tiers, each on one of them. */
export function manySubscriptions(count: number, tiered: number): { subscriptions: Json[]; prices: Json[] } {
  const prices = Array.from({ length: tiered }, () =>
    price({
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      unit_amount: null,
      unit_amount_decimal: null,
      tiers: [
        { up_to: 10, unit_amount: 1000, unit_amount_decimal: '1000', flat_amount: null, flat_amount_decimal: null },
        { up_to: null, unit_amount: 800, unit_amount_decimal: '800', flat_amount: null, flat_amount_decimal: null },
      ],
    }),
  );
  const plain = flat(2000);
  const subscriptions = Array.from({ length: count }, (_, index) => subscription([item(prices[index] ?? plain)]));
  return { subscriptions, prices };
}
