import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  coupon as couponOf,
  discount as discountOf,
  flat,
  invoice as invoiceOf,
  item,
  line,
  subscription as subscriptionOf,
  transaction,
  type Json,
} from '../../../test/providers/stripe-objects.ts';
import * as payments from '../../../test/providers/stripe-payments.ts';
import { charge, dispute, invoicePayment, refund } from './payment-schema.ts';
import {
  balanceTransaction,
  coupon,
  customer,
  discount,
  invoice,
  invoiceLine,
  price,
  subscription,
  subscriptionItem,
} from './schema.ts';

// What Stripe's own description allows to be null or absent must be readable, in every object that is read.
const file = new URL('../../../../../shared/specs/stripe/spec3.trimmed.json', import.meta.url);

const DAY = '2026-03-01';
const READ: readonly (readonly [name: string, schema: z.ZodType, object: Json])[] = [
  ['subscription', subscription, subscriptionOf([item(flat(2_000))])],
  ['subscription_item', subscriptionItem, item(flat(2_000))],
  ['price', price, flat(2_000)],
  ['coupon', coupon, couponOf({ percent_off: 10 })],
  ['discount', discount, discountOf({ percent_off: 10 })],
  ['customer', customer, { id: 'cus_1', object: 'customer', discount: discountOf({ percent_off: 10 }) }],
  ['invoice', invoice, invoiceOf(DAY, [line(100, DAY, DAY)])],
  ['line_item', invoiceLine, line(100, DAY, DAY)],
  ['balance_transaction', balanceTransaction, transaction(DAY, 'charge', 100)],
  ['charge', charge, payments.charge(DAY, 100)],
  ['refund', refund, payments.refund(DAY, 100)],
  ['dispute', dispute, payments.dispute(DAY, 100, 'lost')],
  ['invoice_payment', invoicePayment, payments.invoicePayment(DAY, 100, 'in_1', 'pi_1')],
];

const property = z.looseObject({ nullable: z.boolean().optional(), anyOf: z.array(z.unknown()).optional() });
const description = z.object({
  components: z.object({
    schemas: z.record(
      z.string(),
      z.looseObject({
        properties: z.record(z.string(), property).optional(),
        required: z.array(z.string()).optional(),
      }),
    ),
  }),
});

describe.skipIf(!existsSync(file))('null and absent fields', () => {
  const { schemas } = description.parse(
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { components: { schemas: {} } },
  ).components;

  it.each(READ)('%s is readable with each of them', (name, schema, object) => {
    const { properties = {}, required = [] } = schemas[name] ?? {};
    expect(Object.keys(properties)).not.toEqual([]);
    const unreadable: string[] = [];
    const check = (what: string, variant: Json): void => {
      if (!schema.safeParse(variant).success) unreadable.push(what);
    };
    check('as it is', object);
    for (const [field, { nullable, anyOf = [] }] of Object.entries(properties)) {
      if (nullable === true) check(`${field}: null`, { ...object, [field]: null });
      if (!required.includes(field)) check(`without ${field}`, without(object, field));
      if (object[field] !== undefined && allowsDeleted(anyOf))
        check(`${field}: deleted`, { ...object, [field]: { id: 'gone_1', object: 'gone', deleted: true } });
    }
    expect(unreadable).toEqual([]);
  });
});

function without(object: Json, field: string): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

/** Whether a deleted object may stand in the field's place. */
function allowsDeleted(anyOf: readonly unknown[]): boolean {
  return anyOf.some((one) => JSON.stringify(one).includes('/deleted_'));
}
