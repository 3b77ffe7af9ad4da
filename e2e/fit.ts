import type { Page } from '@playwright/test';
import { z } from 'zod';

/** Runs in the page, whose types the specs do not have. Two pixels of a line's height are rounding. */
const CUT = `(() => {
  const isCut = (element) => {
    const { overflowX, overflowY } = getComputedStyle(element);
    return (
      (overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1) ||
      (overflowY !== 'visible' && element.scrollHeight > element.clientHeight + 2)
    );
  };
  const nameOf = (element) => element.textContent.slice(0, 60);
  return [...document.querySelectorAll('[data-viz-panel-key]')].flatMap((panel) => {
    const title = panel.querySelector('h2');
    const table = panel.querySelector('[role=grid]');
    const cells = table === null ? [] : [...table.querySelectorAll('[role=columnheader], [role=gridcell]')];
    return [
      ...(title !== null && isCut(title) ? ['its title'] : []),
      ...(table !== null && table.scrollWidth > table.clientWidth + 1 ? ['its table, which scrolls sideways'] : []),
      ...cells
        .filter((cell) => [cell, ...cell.querySelectorAll('*:not(svg *)')].some(isCut))
        .map((cell) => '"' + nameOf(cell) + '"'),
    ].map((what) => (title === null ? '' : nameOf(title)) + ': ' + what);
  });
})()`;

/** What a board cuts off: titles of panels, headings and cells of tables, and tables that scroll sideways. */
export async function cutOn(page: Page): Promise<string[]> {
  return z.array(z.string()).parse(await page.evaluate(CUT));
}
