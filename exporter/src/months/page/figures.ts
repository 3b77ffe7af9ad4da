import { MOVEMENT_FIELDS } from '../../contract/revenue-movements.ts';
import type { MonthMovements, MonthStatement } from '../../contract/months.ts';
import { COST_SOURCES } from '../../contract/providers.ts';
import type { Formats } from './format.ts';
import { html, type Html } from './html.ts';
import { numbers, scrolling, table, words } from './table.ts';
import { fill, type PageTexts } from './texts.ts';

/** What the parts of a page need to say something. */
export interface Wording {
  readonly t: PageTexts;
  readonly f: Formats;
}

/** The four figures, as on the board Business. */
export function cards({ figures }: MonthStatement, { t, f }: Wording): Html {
  const margin = figures.netMarginUsd;
  const tone = margin === null ? '' : margin.startsWith('-') ? 'bad' : 'good';
  const ratio =
    figures.netMarginRatio === null ? '' : ` ${fill(t.ofRevenue, { ratio: f.percent(figures.netMarginRatio) })}`;
  const notes = {
    revenue: fill(t.figureNote.revenue, { cash: f.usd(figures.cashUsd), mrr: f.usd(figures.mrrUsd) }),
    infrastructure: fill(t.figureNote.infrastructure, { fees: f.usd(figures.paymentFeesUsd) }),
  };
  return html`<dl class="cards">
    <div>
      <dt>${t.figure.revenue}</dt>
      <dd>${f.usd(figures.revenueUsd)}<small>${notes.revenue}</small></dd>
    </div>
    <div>
      <dt>${t.figure.llm}</dt>
      <dd>${f.usd(figures.llmCostUsd)}<small>${t.figureNote.llm}</small></dd>
    </div>
    <div>
      <dt>${t.figure.infrastructure}</dt>
      <dd>${f.usd(figures.infrastructureCostUsd)}<small>${notes.infrastructure}</small></dd>
    </div>
    <div>
      <dt>${t.figure.margin}</dt>
      <dd class="${tone}">${f.usd(margin)}<small>${t.figureNote.margin}${ratio}</small></dd>
    </div>
  </dl>`;
}

/** How much of the cost stands on what, in a sentence; and what each provider's does. */
export function provenance({ coverage, providers }: MonthStatement, { t, f }: Wording): Html {
  const parts = COST_SOURCES.flatMap((source) => {
    const share = coverage?.[source] ?? 0;
    return share === 0 ? [] : [`${f.percent(share)} ${t.source[source]}`];
  });
  const sentence = parts.length === 0 ? t.noCoverage : fill(t.coverage, { parts: parts.join(', ') });
  const rows = providers.map(
    ({ title, costUsd, sources }) =>
      html`<tr>
        <th scope="row">${title}</th>
        <td class="n">${f.usd(costUsd)}</td>
        <td>${sources.map(({ source }) => t.source[source]).join(', ')}</td>
      </tr>`,
  );
  return html`<section>
    <h2>${t.provenance}</h2>
    <p>${sentence}</p>
    ${
      rows.length === 0
        ? null
        : scrolling(t.provenance, table([words(t.provider), numbers(t.cost), words(t.sources)], rows))
    }
  </section>`;
}

/** Which invoices are missing, and what else the figures lack. */
export function gaps({ missingInvoices, warnings }: MonthStatement, { t, f }: Wording): Html {
  const missing = missingInvoices.map(
    ({ provider, from, to }) => html`<li>${f.provider(provider)}: ${f.period(from, to)}</li>`,
  );
  // Each of these has a place of its own.
  const others = warnings.filter(({ code }) => code !== 'missing_invoice' && code !== 'demo_data');
  const words = others.map(({ code, message }) => t.warning?.[code] ?? message);
  return html`<section>
      <h2>${t.missing}</h2>
      ${
        missing.length === 0
          ? html`<p>${t.nothingMissing}</p>`
          : html`<ul>
              ${missing}
            </ul>`
      }
    </section>
    <section>
      <h2>${t.unknown}</h2>
      ${
        words.length === 0
          ? html`<p>${t.nothingUnknown}</p>`
          : html`<ul>
              ${[...new Set(words)].map((text) => html`<li>${text}</li>`)}
            </ul>`
      }
    </section>`;
}

const MOVEMENTS = ['openingUsd', ...MOVEMENT_FIELDS, 'closingUsd'] as const satisfies readonly (keyof MonthMovements)[];

/** How MRR moved, by name and amount; empty while it is not known. */
export function movementRows({ movements }: MonthStatement, { t, f }: Wording): (readonly [string, string])[] {
  if (movements === null) return [];
  return MOVEMENTS.map((name) => {
    const isLevel = name === 'openingUsd' || name === 'closingUsd';
    return [t.movement[name], isLevel ? f.usd(movements[name]) : f.signedUsd(movements[name])];
  });
}

export function mrrMovements(statement: MonthStatement, wording: Wording): Html {
  const { t } = wording;
  const rows = movementRows(statement, wording).map(
    ([name, amount]) =>
      html`<tr>
        <th scope="row">${name}</th>
        <td class="n">${amount}</td>
      </tr>`,
  );
  return html`<section>
    <h2>${t.movements}</h2>
    ${
      rows.length === 0
        ? html`<p class="note">${t.noMovements}</p>`
        : html`<table>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }
  </section>`;
}
