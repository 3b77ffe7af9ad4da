import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Cookie, type Page } from '@playwright/test';
import { z } from 'zod';

// Grafana loads a panel when it is in sight: all of them have to be.
const VIEWPORT = { width: 1400, height: 3000 };
const QUIET_MS = 1_500;
const DEADLINE_MS = 60_000;
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Runs in the page and notes, frame by frame, since when every panel has drawn its data: a canvas, a table or text, no
 * loading bar, and no panel more than before.
 */
const WATCHER = `(() => {
  performance.setResourceTimingBufferSize(5000);
  const state = { since: null, panels: 0 };
  window.__panels = state;
  const drawn = (content) =>
    content.querySelector('canvas, [role="grid"]') !== null ||
    (content.textContent.trim() !== '' && !content.textContent.includes('Loading plugin panel'));
  const look = () => {
    const contents = [...document.querySelectorAll('[data-testid="data-testid panel content"]')];
    const done = contents.length > 0 && contents.every(drawn) &&
      document.querySelector('[aria-label="Panel loading bar"]') === null;
    if (!done) state.since = null;
    else if (state.since === null || contents.length !== state.panels) state.since = performance.now();
    state.panels = contents.length;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();`;

const READ = `(() => {
  const resources = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const queries = resources.filter(({ name }) => /\\/api\\/(ds\\/query|datasources\\/proxy\\/)/.test(name));
  const sum = (entries, field) => entries.reduce((total, entry) => total + entry[field], 0);
  const contents = [...document.querySelectorAll('[data-testid="data-testid panel content"]')];
  const { since, panels } = window.__panels;
  return {
    now: performance.now(), since, panels,
    lastAnswer: Math.max(0, ...queries.map(({ responseEnd }) => responseEnd)),
    requests: resources.length, bytes: sum(resources, 'transferSize'),
    queries: queries.length, queryBytes: sum(queries, 'transferSize'),
    open: queries.filter(({ responseEnd }) => responseEnd === 0).length,
    errors: document.querySelectorAll('[data-testid="data-testid Panel status error"]').length,
    amounts: contents.map((content) => content.querySelector('canvas') !== null ? '' :
      (content.textContent.match(/-?\\$[\\d,.]+/g) ?? []).join(' ')).filter((text) => text !== ''),
  };
})()`;

const reading = z.object({
  now: z.number(),
  since: z.number().nullable(),
  panels: z.int(),
  lastAnswer: z.number(),
  requests: z.int(),
  bytes: z.number(),
  queries: z.int(),
  queryBytes: z.number(),
  open: z.int(),
  errors: z.int(),
  amounts: z.array(z.string()),
});

export interface Load {
  /** Milliseconds from navigation until the last panel is drawn and its answer is there. */
  readonly lastPanel: number;
  readonly lastAnswer: number;
  readonly panels: number;
  readonly requests: number;
  readonly bytes: number;
  readonly queries: number;
  readonly queryBytes: number;
  /** The dollar amounts that stand in panels of text, panel by panel. */
  readonly amounts: readonly string[];
}

export interface Loads {
  readonly cold: Load;
  readonly warm: Load;
}

/** A browser with a new profile opens the page for the first time, then a third time: in between its caches fill. */
export async function loadInNewProfile(url: string, cookies: readonly Cookie[], panels: number): Promise<Loads> {
  const profile = await mkdtemp(join(tmpdir(), 'bench-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ARGUMENTS,
    viewport: VIEWPORT,
    timezoneId: 'UTC',
    locale: 'en-US',
  });
  try {
    await context.addCookies([...cookies]);
    await context.addInitScript({ content: WATCHER });
    const page = context.pages()[0] ?? (await context.newPage());
    const cold = await load(page, url, panels);
    await load(page, url, panels);
    return { cold, warm: await load(page, url, panels) };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function load(page: Page, url: string, panels: number): Promise<Load> {
  await page.goto(url, { waitUntil: 'commit' });
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const seen = reading.parse(await page.evaluate(READ));
    const done = Math.max(seen.since ?? Number.POSITIVE_INFINITY, seen.lastAnswer);
    if (seen.panels >= panels && seen.open === 0 && seen.now - done > QUIET_MS) {
      if (seen.errors > 0) throw new Error(`${seen.errors} panels of ${url} show an error`);
      return { ...seen, lastPanel: done };
    }
    if (performance.now() > deadline)
      throw new Error(
        `${url} was not complete after ${DEADLINE_MS / 1000} s: ${seen.panels} of ${panels} panels are there`,
      );
    await page.waitForTimeout(250);
  }
}
