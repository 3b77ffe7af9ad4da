import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSender, type MailHeader } from './sender.ts';

const RULES = { trustedSenders: ['stripe.com', 'billing@vendor.example'], authservId: 'mx.google.com' };
const ar = (value: string): MailHeader => ({ name: 'authentication-results', value });
const received = (by: string): MailHeader => ({
  name: 'received',
  value: `from a.example (a.example [192.0.2.1]) by ${by} with ESMTPS; x`,
});
const signed = (from: string, ...headers: readonly MailHeader[]) => checkSender(from, headers, RULES).signed;
const STRIPE = 'invoice@stripe.com';
const GOOD = ar(
  'mx.google.com; dkim=pass header.i=@stripe.com header.s=s1 header.b=x; spf=pass smtp.mailfrom=stripe.com',
);

describe('signed', () => {
  // As providers write them; the shapes of RFC 8601.
  it.each([
    ['Gmail', STRIPE, [received('2002:a05:6a10::1'), received('mx.google.com'), GOOD], true],
    [
      'dmarc of exactly the sender',
      STRIPE,
      [ar('mx.google.com; dmarc=pass (p=REJECT sp=REJECT) header.from=stripe.com')],
      true,
    ],
    ['dkim of a domain above', 'a@mail.stripe.com', [GOOD], true],
    ['a version and other case', STRIPE, [ar('MX.Google.com 1; DKIM = PASS header.d=Stripe.com')], true],
    ['hosts of a private network', STRIPE, [received('store1.internal'), received('localhost'), GOOD], true],
    ['dkim of another domain', STRIPE, [ar('mx.google.com; dkim=pass header.d=evil.example')], false],
    ['dkim of a domain that ends alike', 'a@evilstripe.com', [GOOD], false],
    ['dkim of a domain below', STRIPE, [ar('mx.google.com; dkim=pass header.d=x.stripe.com')], false],
    ['dkim of a top-level domain', STRIPE, [ar('mx.google.com; dkim=pass header.d=com')], false],
    ['dkim failed, spf passed', STRIPE, [ar('mx.google.com; dkim=fail header.d=stripe.com; spf=pass')], false],
    ['dmarc of another sender', STRIPE, [ar('mx.google.com; dmarc=pass header.from=evil.example')], false],
    ['dmarc without a sender', STRIPE, [ar('mx.google.com; dmarc=pass')], false],
    ['only in a comment', STRIPE, [ar('mx.google.com; none (dkim=pass header.d=stripe.com)')], false],
    ['only in a nested comment', STRIPE, [ar('mx.google.com; none (a (b); dkim=pass header.d=stripe.com)')], false],
    ['another server', STRIPE, [ar('mx.evil.example; dkim=pass header.d=stripe.com')], false],
    ['a name that begins alike', STRIPE, [ar('mx.google.com.evil.example; dkim=pass header.d=stripe.com')], false],
    ['forged below the own header', STRIPE, [ar('mx.google.com; dkim=none'), GOOD], false],
    ['forged below a foreign server', STRIPE, [received('mx.google.com'), received('mx.evil.example'), GOOD], false],
    [
      'Microsoft, without a name',
      STRIPE,
      [ar('spf=pass smtp.mailfrom=stripe.com; dkim=pass header.d=stripe.com')],
      false,
    ],
    [
      'a local part that looks like a result',
      STRIPE,
      [
        ar(
          'mx.google.com; dkim=none; spf=pass smtp.mailfrom="x; dkim=pass header.d=stripe.com "@evil.example; dmarc=fail',
        ),
      ],
      false,
    ],
    [
      'the same, without a DMARC result',
      STRIPE,
      [ar('mx.google.com; spf=pass smtp.mailfrom="x; dkim=pass header.d=stripe.com "@evil.example')],
      false,
    ],
    [
      'a local part that looks like a domain',
      STRIPE,
      [ar('mx.google.com; dkim=pass header.i="a@stripe.com "@evil.example header.s=s')],
      false,
    ],
    [
      'a local part that looks like a property',
      STRIPE,
      [ar('mx.google.com; dkim=pass header.i="x header.d=stripe.com "@evil.example')],
      false,
    ],
    [
      'a reason that looks like a result',
      STRIPE,
      [ar('mx.google.com; dkim=fail reason="no; dmarc=pass header.from=stripe.com"')],
      false,
    ],
    ['a result that begins alike', STRIPE, [ar('mx.google.com; dkim=pass-x header.d=stripe.com')], false],
    ['a domain given twice', STRIPE, [ar('mx.google.com; dkim=pass header.d=stripe.com header.d=evil.example')], false],
    [
      'a signature beside a failed DMARC',
      STRIPE,
      [ar('mx.google.com; dkim=pass header.d=stripe.com; dmarc=fail header.from=stripe.com')],
      false,
    ],
    ['an open quote', STRIPE, [ar('mx.google.com; spf=pass smtp.mailfrom="x; dkim=pass header.d=stripe.com')], false],
    ['an open quote above the own header', STRIPE, [ar('mx.google.com; spf="x'), GOOD], false],
    [
      'a quoted local part of another result',
      STRIPE,
      [ar('mx.google.com; spf=pass smtp.mailfrom="a b"@stripe.com; dkim=pass header.d=stripe.com')],
      true,
    ],
    [
      'a quoted domain, spaces and comments',
      STRIPE,
      [ar('mx.google.com (us); dkim = pass (2048 bit) header.d = "stripe.com" (ok)')],
      true,
    ],
    ['nothing', STRIPE, [], false],
  ])('%s', (_, from, headers, expected) => {
    expect(signed(from, ...headers)).toBe(expected);
  });

  it('never by what lies below the own header, whatever it is', () => {
    const below = fc.array(fc.oneof(fc.constant(GOOD), fc.string().map(ar), fc.string().map(received)));
    fc.assert(fc.property(below, (headers) => signed(STRIPE, ar('mx.google.com; dkim=fail'), ...headers) === false));
  });

  it.each([
    ['mx.firm.co.uk', 'evil.co.uk', false],
    ['firm.co.uk', 'evil.co.uk', false],
    ['mx.firm.co.uk', 'mx.firm.co.uk', true],
    ['mx.firm.co.uk', 'store.firm.co.uk', true],
    ['mx.firm.example', 'store.firm.example', true],
    ['firm.example', 'mx.firm.example', true],
  ])('of %s where %s received it later: %s', (authservId, by, expected) => {
    const headers = [received(by), ar(`${authservId}; dkim=pass header.d=stripe.com`)];
    expect(checkSender(STRIPE, headers, { ...RULES, authservId }).signed).toBe(expected);
  });

  it('is null where no server is set, false where nobody is named', () => {
    expect(checkSender(STRIPE, [GOOD], { ...RULES, authservId: undefined }).signed).toBeNull();
    expect(checkSender(null, [GOOD], RULES)).toEqual({ trusted: false, signed: false, evidence: null });
  });
});

describe('trusted', () => {
  it.each([
    ['invoice@stripe.com', true],
    ['a@mail.Stripe.com', true],
    ['a@evilstripe.com', false],
    ['a@stripe.com.evil.example', false],
    ['billing@vendor.example', true],
    ['other@vendor.example', false],
    ['stripe.com@evil.example', false],
  ])('%s: %s', (from, expected) => {
    expect(checkSender(from, [], RULES).trusted).toBe(expected);
  });

  it('is null without a list', () => {
    expect(checkSender(STRIPE, [], { ...RULES, trustedSenders: [] }).trusted).toBeNull();
  });
});
