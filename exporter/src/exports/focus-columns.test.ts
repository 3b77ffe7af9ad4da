import { expect, it } from 'vitest';
import { focusHeader } from './focus.ts';

/**
 * The official validator brings a model of 1.2 only and judges that export. What 1.3 has besides is compared here with
 * the lists of the specification (https://focus.finops.org): its new mandatory columns, and no column that it removed.
 */
const NEW_IN_1_3 = ['ServiceProviderName', 'HostProviderName'];
/** Replaced by the two above; still allowed in 1.3, and what today's readers look for. */
const DEPRECATED_IN_1_3 = ['ProviderName', 'PublisherName'];
/** Mandatory for every dataset of costs, in 1.2 and in 1.3. */
const MANDATORY = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingAccountType',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ServiceCategory',
  'ServiceName',
];

it('FOCUS 1.3 is 1.2 with the two names of providers, in their place', () => {
  const [older, newer] = [focusHeader('1.2'), focusHeader('1.3')];
  expect(newer.filter((name) => !older.includes(name))).toEqual(NEW_IN_1_3);
  expect(newer.filter((name) => !NEW_IN_1_3.includes(name))).toEqual(older);
  for (const header of [older, newer]) {
    expect(header).toEqual(expect.arrayContaining([...MANDATORY, ...DEPRECATED_IN_1_3]));
    expect(new Set(header).size).toBe(header.length);
  }
});

it('columns of ours begin with x_ and stand last', () => {
  const header = focusHeader('1.3');
  const own = header.findIndex((name) => name.startsWith('x_'));
  expect(header.slice(own).every((name) => /^x_[a-z_]+$/.test(name))).toBe(true);
  expect(header.slice(0, own).every((name) => /^[A-Z][A-Za-z]+$/.test(name))).toBe(true);
});
