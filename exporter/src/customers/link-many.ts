import type { CustomerMarginRow } from '../contract/answers.ts';
import type { LinksEffectRow, LinksStoredAnswer } from '../contract/reference-data.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Period } from '../money/days.ts';
import { putLink, type LinkChange } from './links.ts';
import { customerMargins, customerTotals } from './margins.ts';

export type LinksEffect = Omit<LinksStoredAnswer, 'applied'>;

/** Stores several links and says what they change in margin by customer of the period; the caller may roll back. */
export async function linkMany(
  tx: Queryable,
  links: readonly LinkChange[],
  period: Period,
  author: { readonly now: Date; readonly by: string },
): Promise<LinksEffect> {
  const before = await marginsOf(tx, period);
  let changed = 0;
  // In one order, so that two callers do not wait for each other.
  for (const link of links.toSorted((a, b) => (a.userId < b.userId ? -1 : 1)))
    if ((await putLink(tx, link, author)).changed) changed += 1;
  const after = await marginsOf(tx, period);
  return { ...period, changed, data: effects(before, after) };
}

type Margins = ReadonlyMap<string, CustomerMarginRow>;

async function marginsOf(db: Queryable, period: Period): Promise<Margins> {
  const { data } = customerMargins(await customerTotals(db, period, null));
  return new Map(data.map((row) => [row.customer ?? row.kind, row]));
}

/** Rows that change, as margin-by-customer orders them. */
function effects(before: Margins, after: Margins): LinksEffectRow[] {
  const keys = [...new Set([...after.keys(), ...before.keys()])];
  return keys.flatMap((key): LinksEffectRow[] => {
    const [was, is] = [before.get(key), after.get(key)];
    const row = is ?? was;
    if (row === undefined || JSON.stringify(was) === JSON.stringify(is)) return [];
    return [
      {
        kind: row.kind,
        customer: row.customer,
        name: row.name,
        revenueBeforeUsd: was?.revenueUsd ?? null,
        revenueAfterUsd: is?.revenueUsd ?? null,
        llmCostBeforeUsd: was?.llmCostUsd ?? null,
        llmCostAfterUsd: is?.llmCostUsd ?? null,
        marginBeforeUsd: was?.marginUsd ?? null,
        marginAfterUsd: is?.marginUsd ?? null,
      },
    ];
  });
}
