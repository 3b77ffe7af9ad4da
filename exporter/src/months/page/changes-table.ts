import type { MonthChange, MonthChangesAnswer } from '../../contract/months.ts';
import type { Wording } from './figures.ts';
import { html, type Html } from './html.ts';
import { numbers, scrolling, table, words, type Heading } from './table.ts';
import { fill } from './texts.ts';

const MAX_ROWS = 200;

/** What has changed since the month was closed: each figure, then each change. */
export function changesTable(
  { figures, changes }: Pick<MonthChangesAnswer, 'figures' | 'changes'>,
  wording: Wording,
): Html {
  const { t, f } = wording;
  if (changes.length === 0)
    return html`<section>
      <h2>${t.changes}</h2>
      <p>${t.noChanges}</p>
    </section>`;
  const headings = (first: string): Heading[] => [
    words(first),
    numbers(t.before),
    numbers(t.now),
    numbers(t.difference),
  ];
  const moved = figures
    .filter(({ beforeUsd, afterUsd }) => beforeUsd !== afterUsd)
    .map(
      (row) =>
        html`<tr>
          <th scope="row">${t.figure[row.figure]}</th>
          ${amounts(row, wording)}
        </tr>`,
    );
  const named = changes.slice(0, MAX_ROWS).map(
    (change) =>
      html`<tr>
        <th scope="row">
          ${t.figure[change.figure]}: ${t.cause[change.cause]}${subjectOf(change, wording)}${authorOf(change, wording)}
        </th>
        ${amounts(change, wording)}
      </tr>`,
  );
  return html`<section>
    <h2>${t.changes}</h2>
    ${scrolling(t.changes, table(headings(t.figures), moved), table(headings(t.change), named))}
    ${changes.length > MAX_ROWS ? html`<p class="note">… ${f.count(changes.length - MAX_ROWS)}</p>` : null}
  </section>`;
}

function amounts(
  {
    beforeUsd,
    afterUsd,
    differenceUsd,
  }: { beforeUsd: string | null; afterUsd: string | null; differenceUsd: string | null },
  { f }: Wording,
): Html {
  return html`<td class="n">${beforeUsd === null ? '–' : f.usd(beforeUsd)}</td>
    <td class="n">${afterUsd === null ? '–' : f.usd(afterUsd)}</td>
    <td class="n">${f.signedUsd(differenceUsd)}</td>`;
}

function subjectOf({ provider, component, invoiceNumber, key }: MonthChange, { f }: Wording): string {
  const day = /^(?:cash|billed|fees):(\d{4}-\d{2}-\d{2})$/.exec(key)?.[1];
  const parts = [
    provider === null ? null : f.provider(provider),
    component === 'all' ? null : component,
    invoiceNumber,
    day === undefined ? null : f.day(day),
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : ` – ${parts.join(', ')}`;
}

function authorOf({ at, by, reason }: MonthChange, { t, f }: Wording): Html | null {
  if (at === null) return null;
  const who = by === null ? f.time(at) : fill(t.madeBy, { at: f.time(at), by });
  return html`<br /><span class="note">${who}${reason === null ? '' : `: ${reason}`}</span>`;
}
