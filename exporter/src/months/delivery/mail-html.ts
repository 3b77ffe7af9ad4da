import { movementRows, type Wording } from '../page/figures.ts';
import { html, type Html } from '../page/html.ts';
import type { StatementPage } from '../page/statement-page.ts';
import { fill } from '../page/texts.ts';
import { figureRows } from './lines.ts';
import { COST_COLOUR, providerColours, REVENUE_COLOUR } from './pictures.ts';
import type { MessageTexts } from './texts.ts';

export interface MailParts {
  readonly page: StatementPage;
  readonly subject: string;
  readonly intro: string;
  readonly wording: Wording;
  readonly m: MessageTexts;
}

// Mail programs know attributes and little else: no style sheet, no variables, no SVG. Colours are readable on white and
// on the dark ground that some of them choose by themselves.
const CELL = 'padding:6px 12px 6px 0;border-bottom:1px solid #d0d7de;text-align:left;vertical-align:top';
const NUMBER = `${CELL};text-align:right;white-space:nowrap`;
const MUTED = 'color:#57606a;font-size:14px';

/** The mail as HTML: complete in words and tables, with two pictures that it does not need. */
export function mailHtml({ page, subject, intro, wording, m }: MailParts): string {
  const { statement, language, closed } = page;
  const { t, f } = wording;
  const { providers, missingInvoices, warnings, days } = statement;
  const others = warnings.filter(({ code }) => code !== 'missing_invoice' && code !== 'demo_data');
  const words = [...new Set(others.map(({ code, message }) => t.warning?.[code] ?? message))];
  const colours = providerColours(providers.map(({ provider }) => provider));
  const highestOf = (amounts: readonly (string | null)[]): string =>
    fill(m.highest, { amount: f.usd(amounts.reduce(larger, null)) });
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="margin:0;padding:16px;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#ffffff">
        <div role="main" style="max-width:640px;margin:0 auto">
          <h1 style="font-size:22px;margin:0 0 8px">${subject}</h1>
          ${statement.demo ? html`<p><strong>${t.demo}</strong></p>` : null}
          <p>${intro}</p>
          <p style="${MUTED}">
            ${statement.to > statement.from ? fill(t.through, { period: f.period(statement.from, statement.to) }) : t.noDay}
          </p>
          ${table(
            [],
            figureRows(statement, wording).map(([name, amount]) => [cell(name), number(amount)]),
          )}
          ${
            statement.movements === null
              ? null
              : [
                  heading(t.movements),
                  table(
                    [],
                    movementRows(statement, wording).map(([name, amount]) => [cell(name), number(amount)]),
                  ),
                ]
          }
          ${heading(t.missing)}
          ${list(
            missingInvoices.map(({ provider, from, to }) => `${f.provider(provider)}: ${f.period(from, to)}`),
            t.nothingMissing,
          )}
          ${heading(t.unknown)} ${list(words, t.nothingUnknown)} ${heading(t.revenueVsCosts)}
          ${legend([
            [t.revenuePerDay, REVENUE_COLOUR],
            [t.costPerDay, COST_COLOUR],
          ])}
          ${picture('days', t.revenueVsCosts)}
          <p style="${MUTED}">${highestOf(days.flatMap(({ revenueUsd, costUsd }) => [revenueUsd, costUsd]))}</p>
          ${heading(t.infrastructure)}
          ${legend(providers.map(({ provider, title }) => [title, colours.get(provider) ?? '#57606a'] as const))}
          ${picture('providers', t.infrastructure)} ${heading(t.provenance)}
          ${table(
            [t.provider, t.cost, t.sources],
            providers.map(({ title, costUsd, sources }) => [
              cell(title),
              number(f.usd(costUsd)),
              cell(sources.map(({ source }) => t.source[source]).join(', ')),
            ]),
          )}
          ${closed === undefined ? null : html`<p style="${MUTED}">${fill(t.closedAt, { at: f.time(closed.at), version: closed.version })} <code style="word-break:break-all">${closed.sha256}</code></p>`}
          <p style="${MUTED}">${m.attached} ${t.footer} ${m.why}</p>
        </div>
      </body>
    </html>`.text;
}

/** For the height of a bar only, which is a float anyway. */
function larger(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return Number(a) >= Number(b) ? a : b;
}

function heading(text: string): Html {
  return html`<h2 style="font-size:17px;margin:20px 0 4px">${text}</h2>`;
}

function cell(text: string): Html {
  return html`<td style="${CELL}">${text}</td>`;
}

function number(text: string): Html {
  return html`<td style="${NUMBER}">${text}</td>`;
}

function table(head: readonly string[], rows: readonly (readonly Html[])[]): Html {
  const titles = head.map((title, index) => html`<th scope="col" style="${index === 1 ? NUMBER : CELL}">${title}</th>`);
  return html`<table style="border-collapse:collapse;width:100%">
    ${
      head.length === 0
        ? null
        : html`<tr>
            ${titles}
          </tr>`
    }${rows.map(
      (cells) =>
        html`<tr>
          ${cells}
        </tr>`,
    )}
  </table>`;
}

function list(entries: readonly string[], none: string): Html {
  return entries.length === 0
    ? html`<p>${none}</p>`
    : html`<ul style="margin:0;padding-left:20px">
        ${entries.map((entry) => html`<li>${entry}</li>`)}
      </ul>`;
}

function legend(entries: readonly (readonly [string, string])[]): Html {
  return html`<p style="margin:4px 0">
    ${entries.map(([name, colour]) => html`<span style="white-space:nowrap"><span style="color:${colour}">&#9632;</span> ${name}&ensp;</span> `)}
  </p>`;
}

function picture(name: string, alt: string): Html {
  return html`<img
    src="cid:${name}@marginboard"
    alt="${alt}"
    width="600"
    height="160"
    style="max-width:100%;height:auto;border:0"
  />`;
}
