import { addDays } from '../../../exporter/src/money/days.ts';
import { refreshMonths } from '../../../exporter/src/movements/refresh-months.ts';
import { refreshSums } from '../../../exporter/src/movements/refresh-sums.ts';
import type { Database, Server } from '../harness/database.ts';
import { startCopy } from './copy.ts';
import { createRandom } from './random.ts';

export interface MrrHistory {
  readonly database: Database;
  readonly firstDay: string;
  /** The last known day; it is closed. */
  readonly lastDay: string;
  readonly today: string;
  readonly movements: number;
  readonly customers: number;
}

const PLANS = 20;
const LAST_DAY = '2026-03-31';
const COLUMNS = 'day, customer, subscription, plan, product, currency, kind, reason, amount, amount_usd, customers';

/** Chances a day; 1.5 % churn and 3 % changes a month. */
const CHURN = 0.015 / 30;
const CHANGE = 0.03 / 30;
const RETURN = 0.05 / 30;

interface Level {
  plan: number;
  amount: number;
  had: boolean;
}

/**
 * `customers` that have MRR at the end, over `days` days, as the collector would have recorded them: each day every
 * customer may begin, change, leave or come back. EUR and GBP have another rate each day.
 */
export async function makeMrrHistory(server: Server, customers: number, days: number): Promise<MrrHistory> {
  const database = await server.create();
  const firstDay = addDays(LAST_DAY, 1 - days);
  const random = createRandom(17);
  const copy = await startCopy(database.url, `mrr_movements (${COLUMNS})`);
  const levels: Level[] = [];
  let movements = 0;
  for (let index = 0; index < days; index += 1) {
    const day = addDays(firstDay, index);
    const rates = ratesOn(index);
    const lines: string[] = [];
    const row = (id: number, plan: number, kind: string, amount: number, count: number): void => {
      const currency = currencyOf(id);
      const usd = (Math.round(amount * 100) / 100) * (rates[currency] ?? 1);
      lines.push(
        `${day}\tcus_${id}\tsub_${id}\tprice_${plan}\tprod_${plan % 5}\t${currency}\t${kind}\t\t${amount.toFixed(2)}\t${usd.toFixed(9)}\t${count}`,
      );
    };
    // A third is there from the start, the rest begins evenly; some more than will be left at the end.
    const wanted = Math.round(customers * (1 / 3 + (1.25 * index) / days));
    for (const [id, level] of levels.entries()) move(id, level, row, random);
    while (levels.length < wanted) {
      const level = {
        plan: Math.floor(random() * random() * PLANS),
        amount: 10 + Math.floor(random() * 40_000) / 100,
        had: true,
      };
      row(levels.length, level.plan, index === 0 ? 'opening' : 'new', level.amount, 1);
      levels.push(level);
    }
    movements += lines.length;
    if (lines.length > 0) await copy.write(`${lines.join('\n')}\n`);
  }
  await copy.end();
  const all = Array.from({ length: days }, (_, index) => index);
  await database.pool.query(
    `INSERT INTO mrr_days (day, previous, rates, policy, provisional)
     SELECT d, nullif(d - 1, $1::date - 1), r, '{}', false FROM unnest($2::date[], $3::jsonb[]) AS u(d, r)`,
    [
      firstDay,
      all.map((index) => addDays(firstDay, index)),
      all.map((index) => JSON.stringify(textOf(ratesOn(index)))),
    ],
  );
  await database.pool.query(
    "INSERT INTO mrr_plans SELECT 'price_' || n, 'Plan ' || n, 'prod_' || n % 5 FROM generate_series(0, $1 - 1) AS n",
    [PLANS],
  );
  await refreshSums(database.pool, firstDay, LAST_DAY);
  await refreshMonths(database.pool, firstDay);
  await database.pool.query('ANALYZE');
  return {
    database,
    firstDay,
    lastDay: LAST_DAY,
    today: addDays(LAST_DAY, 1),
    movements,
    customers: levels.filter(({ amount }) => amount > 0).length,
  };
}

function move(
  id: number,
  level: Level,
  row: (id: number, plan: number, kind: string, amount: number, count: number) => void,
  random: () => number,
): void {
  const chance = random();
  if (level.amount === 0) {
    if (chance >= RETURN) return;
    level.amount = 10 + Math.floor(random() * 40_000) / 100;
    row(id, level.plan, 'reactivation', level.amount, 1);
  } else if (chance < CHURN) {
    row(id, level.plan, 'churn', -level.amount, -1);
    level.amount = 0;
  } else if (chance < CHURN + CHANGE) {
    const amount = Math.round(level.amount * (random() < 0.7 ? 125 : 80)) / 100;
    const plan = random() < 0.3 ? Math.floor(random() * PLANS) : level.plan;
    const kind = amount < level.amount ? 'contraction' : 'expansion';
    if (plan === level.plan) row(id, plan, kind, amount - level.amount, 0);
    else {
      row(id, level.plan, kind, -level.amount, 0);
      row(id, plan, kind, amount, 0);
    }
    [level.amount, level.plan] = [amount, plan];
  }
}

function currencyOf(id: number): string {
  return id % 10 < 7 ? 'USD' : id % 10 < 9 ? 'EUR' : 'GBP';
}

function textOf(rates: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(rates).map(([currency, rate]) => [currency, String(rate)]));
}

/** Decimal numbers of two digits, so that floats of the check stay exact enough. */
function ratesOn(index: number): Record<string, number> {
  return { EUR: (108 + (index % 7)) / 100, GBP: (126 + (index % 5)) / 100 };
}
