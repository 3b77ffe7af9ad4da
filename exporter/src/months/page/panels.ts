import { isCollectorName, PROVIDERS } from '../../contract/providers.ts';
import { compareProviders, vendorColours } from '../../contract/vendors.ts';
import type { MonthStatement } from '../../contract/months.ts';
import { axisValue, barSeries, categoryChart, lineSeries, rankingChart, type DrawChart } from './charts.ts';
import type { Wording } from './figures.ts';
import { html, type Html } from './html.ts';
import { numbers, scrolling, table, words } from './table.ts';

/** A user of the month, by the name that the reader may see. */
export interface PageUser {
  readonly name: string;
  readonly costUsd: string | null;
}

interface LegendEntry {
  readonly name: string;
  readonly colour: string;
}

function figure(title: string, legend: readonly LegendEntry[], picture: Html | string): Html {
  const entries = legend.map(
    ({ name, colour }) =>
      html`<li>
        <svg viewBox="0 0 10 10" aria-hidden="true"><rect width="10" height="10" rx="2" fill="${colour}" /></svg>${name}
      </li>`,
  );
  return html`<section>
    <h2>${title}</h2>
    ${
      typeof picture === 'string'
        ? html`<p class="note">${picture}</p>`
        : html`${
              entries.length === 0
                ? null
                : html`<ul class="legend">
                    ${entries}
                  </ul>`
            }
            <figure>${picture}</figure>`
    }
  </section>`;
}

/** Whole dollars on an axis. */
function axis({ f }: Wording): (value: number) => string {
  return (value) => f.usd(value.toFixed(2)).replace(/[.,]00(?=\D|$)/, '');
}

export function revenueVsCosts({ days }: MonthStatement, wording: Wording, draw: DrawChart): Html {
  const { t } = wording;
  const legend = [
    { name: t.revenuePerDay, colour: 'var(--revenue)' },
    { name: t.costPerDay, colour: 'var(--cost)' },
    { name: t.marginPerDay, colour: 'var(--margin)' },
    { name: t.mrrRight, colour: 'var(--mrr)' },
  ];
  if (!days.some((day) => day.revenueUsd !== null || day.costUsd !== null || day.mrrUsd !== null))
    return figure(t.revenueVsCosts, [], t.noDays);
  const option = categoryChart(
    days.map(({ day }) => String(Number(day.slice(8)))),
    [
      lineSeries(
        'var(--mrr)',
        days.map((day) => axisValue(day.mrrUsd)),
        { yAxisIndex: 1, areaStyle: { opacity: 0.12, color: 'var(--mrr)' } },
      ),
      barSeries(
        'var(--cost)',
        days.map((day) => axisValue(day.costUsd)),
      ),
      lineSeries(
        'var(--revenue)',
        days.map((day) => axisValue(day.revenueUsd)),
      ),
      lineSeries(
        'var(--margin)',
        days.map((day) => axisValue(day.marginUsd)),
      ),
    ],
    axis(wording),
    true,
  );
  return figure(t.revenueVsCosts, legend, draw('days', t.revenueVsCosts, option));
}

export function costsByProvider({ days, providers }: MonthStatement, wording: Wording, draw: DrawChart): Html {
  const { t, f } = wording;
  const names = providers
    .map(({ provider }) => provider)
    .filter((provider) => days.some(({ costs }) => costs[provider] !== undefined))
    .toSorted(compareProviders);
  if (names.length === 0) return figure(t.infrastructure, [], t.noCosts);
  const colours = vendorColours(names);
  const colourOf = (name: string): string =>
    colours.get(name) ?? (isCollectorName(name) ? PROVIDERS[name].colour : 'var(--muted)');
  const option = categoryChart(
    days.map(({ day }) => String(Number(day.slice(8)))),
    names.map((name) =>
      barSeries(
        colourOf(name),
        days.map(({ costs }) => axisValue(costs[name] ?? null)),
        { stack: 'cost' },
      ),
    ),
    axis(wording),
  );
  return figure(
    t.infrastructure,
    names.map((name) => ({ name: f.provider(name), colour: colourOf(name) })),
    draw('providers', t.infrastructure, option),
  );
}

export function llmByMonth({ llmByMonth: months }: MonthStatement, wording: Wording, draw: DrawChart): Html {
  const { t, f } = wording;
  if (!months.some(({ costUsd }) => costUsd !== null)) return figure(t.llmByMonth, [], t.noUsage);
  const option = categoryChart(
    months.map(({ month }) => f.shortMonth(month)),
    [
      lineSeries(
        'var(--cost)',
        months.map(({ costUsd }) => axisValue(costUsd)),
        { showSymbol: true },
      ),
    ],
    axis(wording),
  );
  return figure(t.llmByMonth, [], draw('months', t.llmByMonth, option, 200));
}

export function tokensByModel({ models }: MonthStatement, { t, f }: Wording, draw: DrawChart): Html {
  if (models.length === 0) return figure(t.tokens, [], t.noUsage);
  const legend = [
    { name: t.promptTokens, colour: 'var(--prompt)' },
    { name: t.completionTokens, colour: 'var(--completion)' },
  ];
  const option = rankingChart(
    models.map(({ model }) => model),
    [
      barSeries(
        'var(--prompt)',
        models.map(({ promptTokens }) => promptTokens),
      ),
      barSeries(
        'var(--completion)',
        models.map(({ completionTokens }) => completionTokens),
      ),
    ],
    f.count,
  );
  return figure(t.tokens, legend, draw('models', t.tokens, option, 40 + 34 * models.length));
}

/** Users without a price have no bar, and are left out. */
export function topUsers(users: readonly PageUser[], wording: Wording, draw: DrawChart): Html {
  const { t, f } = wording;
  const known = users.filter(({ costUsd }) => costUsd !== null);
  if (known.length === 0) return figure(t.topUsers, [], t.noUsers);
  const option = rankingChart(
    known.map(({ name }) => name),
    [
      barSeries(
        'var(--margin)',
        known.map(({ costUsd }) => axisValue(costUsd)),
        {
          label: {
            show: true,
            position: 'right',
            color: 'var(--text)',
            formatter: ({ dataIndex }) => f.usd(known[dataIndex]?.costUsd ?? null),
          },
        },
      ),
    ],
    axis(wording),
  );
  return figure(t.topUsers, [], draw('users', t.topUsers, option, 40 + 22 * known.length));
}

export function requestsByProvider({ requests }: MonthStatement, { t, f }: Wording): Html {
  if (requests.length === 0) return figure(t.errors, [], t.noUsage);
  const rows = requests.map(
    (row) =>
      html`<tr>
        <th scope="row">${row.provider}</th>
        <td class="n">${f.count(row.requests)}</td>
        <td class="n">${f.count(row.errors)}</td>
        <td class="n">${f.percent(row.errorRate)}</td>
      </tr>`,
  );
  return html`<section>
    <h2>${t.errors}</h2>
    ${scrolling(
      t.errors,
      table([words(t.provider), numbers(t.requests), numbers(t.failed), numbers(t.errorRate)], rows),
    )}
  </section>`;
}
