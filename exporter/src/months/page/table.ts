import { html, type Html } from './html.ts';

/** The heading of a column; those of amounts and counts align to the right. */
export interface Heading {
  readonly title: string;
  readonly isNumber: boolean;
}
export const words = (title: string): Heading => ({ title, isNumber: false });
export const numbers = (title: string): Heading => ({ title, isNumber: true });

export function table(headings: readonly Heading[], rows: readonly Html[]): Html {
  return html`<table>
    <thead>
      <tr>
        ${headings.map(({ title, isNumber }) =>
          isNumber ? html`<th scope="col" class="n">${title}</th>` : html`<th scope="col">${title}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

/** Tables that scroll sideways by themselves on a narrow screen, by keyboard too; screen readers list them by `label`. */
export function scrolling(label: string, ...tables: readonly Html[]): Html {
  return html`<div class="table" tabindex="0" role="region" aria-label="${label}">${tables}</div>`;
}
