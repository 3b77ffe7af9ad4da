import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggestLinks, type CustomerToLink } from './suggest.ts';

const customer = (id: string, email: string | null, ...userRefs: string[]): CustomerToLink => ({
  customer: id,
  email,
  userRefs,
});
const never = () => false;

describe('suggestLinks', () => {
  it('matches e-mails in any spelling, and ids in metadata, with the reasons of each', () => {
    const users = [
      { userId: 'u1', email: ' Zo\u0065\u0308@Example.com' },
      { userId: 'u2', email: null },
      { userId: 'u3', email: 'c@example.com' },
      { userId: 'u4', email: 'nobody@example.com' },
    ];
    const customers = [
      customer('cus_a', 'zo\u00eb@example.COM '),
      customer('cus_b', null, 'u2', 'u9'),
      customer('cus_c', 'c@example.com', 'u3'),
    ];
    expect(suggestLinks(users, customers, never)).toEqual({
      suggestions: [
        { userId: 'u1', customer: 'cus_a', reasons: ['email'] },
        { userId: 'u2', customer: 'cus_b', reasons: ['metadata'] },
        { userId: 'u3', customer: 'cus_c', reasons: ['metadata', 'email'] },
      ],
      ambiguous: [],
    });
  });

  it('suggests nothing where several match, and says so', () => {
    const users = [
      { userId: 'u1', email: 'one@example.com' },
      { userId: 'u2', email: 'same@example.com' },
      { userId: 'u3', email: 'Same@example.com' },
      { userId: 'u4', email: 'x@example.com' },
    ];
    const customers = [
      customer('cus_a', 'one@example.com'),
      customer('cus_b', 'ONE@example.com'),
      customer('cus_c', 'same@example.com'),
      customer('cus_d', 'x@example.com'),
      customer('cus_e', null, 'u4'),
    ];
    expect(suggestLinks(users, customers, never)).toEqual({
      suggestions: [],
      ambiguous: [
        { userIds: ['u1'], customers: ['cus_a', 'cus_b'], reasons: ['email'] },
        { userIds: ['u4'], customers: ['cus_d', 'cus_e'], reasons: ['metadata', 'email'] },
        { userIds: ['u2', 'u3'], customers: ['cus_c'], reasons: ['email'] },
      ],
    });
  });

  it('what was rejected does not come back, and makes the other one clear', () => {
    const users = [{ userId: 'u1', email: 'one@example.com' }];
    const customers = [customer('cus_a', 'one@example.com'), customer('cus_b', 'one@example.com')];
    expect(suggestLinks(users, customers, (_, id) => id === 'cus_a').suggestions).toEqual([
      { userId: 'u1', customer: 'cus_b', reasons: ['email'] },
    ]);
  });

  it('never suggests a user twice, nor an e-mail that is not the same', () => {
    const email = fc.option(fc.constantFrom('a@x.io', 'A@x.io', 'b@x.io', 'c@x.io'), { nil: null });
    fc.assert(
      fc.property(fc.array(email, { maxLength: 6 }), fc.array(email, { maxLength: 6 }), (mails, others) => {
        const users = mails.map((one, index) => ({ userId: `u${index}`, email: one }));
        const { suggestions } = suggestLinks(
          users,
          others.map((one, index) => customer(`cus_${index}`, one)),
          never,
        );
        expect(new Set(suggestions.map(({ userId }) => userId)).size).toBe(suggestions.length);
        for (const { userId, customer: id } of suggestions)
          expect(mails[Number(userId.slice(1))]?.toLowerCase()).toBe(others[Number(id.slice(4))]?.toLowerCase());
      }),
    );
  });
});
