import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { apiContext, figuresUpTo14March } from '../../test/api-context.ts';

const { body, rows } = apiContext(figuresUpTo14March);

describe('summary-trend', () => {
  it('ends with the total of the asked days, and begins with that of as many days before', async () => {
    const last = { from: '2026-03-08', to: '2026-03-13' };
    const before = { from: '2026-03-03', to: '2026-03-08' };
    const trend = await rows(`/metrics/summary-trend?from=${last.from}&to=${last.to}`);
    expect(trend.map(({ day }) => day)).toEqual([
      '2026-03-07',
      '2026-03-08',
      '2026-03-09',
      '2026-03-10',
      '2026-03-11',
      '2026-03-12',
    ]);
    for (const [row, { from, to }] of [[trend.at(-1), last] as const, [trend[0], before] as const]) {
      const { llmCostUsd, infrastructureCostUsd } = z
        .object({ llmCostUsd: z.string(), infrastructureCostUsd: z.string() })
        .parse(await body(`/metrics/summary?from=${from}&to=${to}`));
      expect(row).toMatchObject({ llmCostUsd, infrastructureCostUsd });
    }
  });

  it('takes only complete days, and none where there is none', async () => {
    expect((await rows('/metrics/summary-trend?from=2026-03-10&to=2026-03-20')).at(-1)?.['day']).toBe('2026-03-14');
    expect((await rows('/metrics/summary-trend')).at(-1)?.['day']).toBe('2026-03-14');
    expect(await rows('/metrics/summary-trend')).toHaveLength(31);
    expect(await rows('/metrics/summary-trend?from=2026-03-15&to=2026-03-16')).toEqual([]);
  });
});
