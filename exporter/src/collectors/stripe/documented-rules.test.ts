import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OWN_CASES } from '../../../test/providers/stripe-own-cases.ts';

// The cases themselves are run through the API in revenue-cases.test.ts.
const document = readFileSync(new URL('../../../../docs/providers/stripe.md', import.meta.url), 'utf8');

/** Cases of our own by the rule that they are an example of. */
const CASES: readonly (readonly [rule: string, id: string])[] = [
  ['1. Unknown is not zero', 'O47'],
  ['4. Refunds and lost disputes reduce revenue', 'O05'],
  ['4. Uncollectible invoices are bad debt', 'O38'],
  ['5. Credit notes take back what was earned', 'O01'],
  ['5. Credit notes for a part', 'O17'],
  ['6. Payments without an invoice are revenue', 'O18'],
  ['7. Credit bought ahead is deferred', 'O58'],
  ['7. Long plans are earned to their end', 'O40'],
  ['11. Drafts are looked at until they are final', 'O64'],
];

/** The decimals after the colon: what the API answers. */
function figuresOf(rule: string): number[] {
  const row = document.split('\n').find((line) => line.startsWith(`| ${rule}`));
  const answers = row?.slice(row.indexOf(':') + 1) ?? '';
  return [...answers.matchAll(/(−?)(\d[\d,]*\.\d\d)\b/g)].map(
    ([, sign, digits = '']) => Number(digits.replaceAll(',', '')) * (sign === '' ? 1 : -1),
  );
}

describe('docs/providers/stripe.md', () => {
  it.each(CASES)('%s has the figures of case %s', (rule, id) => {
    const figures = figuresOf(rule);
    const right = OWN_CASES.cases.find((one) => one.id === id)?.expect.map(({ usd }) => usd) ?? [];
    expect(figures).not.toEqual([]);
    expect(right).toEqual(expect.arrayContaining(figures));
  });

  it('has every rule from 1 to 11', () => {
    const numbers = [...document.matchAll(/^\| (\d+)\. /gm)].map(([, number]) => Number(number));
    expect(new Set(numbers)).toEqual(new Set(Array.from({ length: 11 }, (_, index) => index + 1)));
  });
});
