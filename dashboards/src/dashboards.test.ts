import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { BOARDS } from '../../exporter/src/contract/boards.ts';
import { dashboardFiles, LANGUAGES } from './build.ts';
import { dashboard, faultsOf, linksOf, type Dashboard } from './lint.ts';
import { promqlFaults, yieldedLabels } from './promql.ts';

const ROOT = join(import.meta.dirname, '..');
const files = dashboardFiles();
const parsed = (path: string): Dashboard => dashboard.parse(JSON.parse(files[path] ?? 'null'));

describe.each(Object.keys(files))('%s', (path) => {
  it('is what npm run dashboards makes', async () => {
    expect(await readFile(join(ROOT, path), 'utf8')).toBe(files[path]);
  });
  it('is clean', () => {
    expect(faultsOf(parsed(path))).toEqual([]);
  });
});

test('nothing else is provisioned', async () => {
  const found = (
    await Promise.all(
      LANGUAGES.map(async ({ language }) => (await readdir(join(ROOT, language))).map((name) => `${language}/${name}`)),
    )
  ).flat();
  expect(found.sort()).toEqual(Object.keys(files).sort());
});

test.each(LANGUAGES)('a board begins with the line that says whether its figures are invented ($language)', (t) => {
  for (const name of BOARDS) {
    const { rows, panels, templating } = parsed(`${t.language}/${name}.json`);
    expect(rows).toMatchObject([{ title: '$notice', gridPos: { x: 0, y: 0, w: 24, h: 1 } }]);
    expect(Math.min(...panels.map(({ gridPos }) => gridPos.y))).toBe(1);
    expect(panels.map(({ id }) => id)).not.toContain(rows[0]?.id);
    expect(templating.list.find((one) => one.name === 'notice')).toMatchObject({
      current: { text: t.boards[name].description },
      query: { words: { demonstration: t.demonstration, otherwise: t.boards[name].description } },
    });
  }
});

test('every uid is used once', () => {
  const uids = Object.keys(files).map((path) => parsed(path).uid);
  expect(new Set(uids).size).toBe(uids.length);
});

describe.each(BOARDS)('%s in both languages', (name) => {
  const en = parsed(`en/${name}.json`);
  const fr = parsed(`fr/${name}.json`);
  it('has the same panels, places and questions', () => {
    const shape = (board: Dashboard) =>
      board.panels.map(({ id, type, gridPos, targets }) => ({
        id,
        type,
        gridPos,
        targets: targets.map(({ legendFormat: _, ...query }) => query),
      }));
    expect(shape(fr)).toEqual(shape(en));
  });
  it('says nothing in the other language', () => {
    const same = en.panels.filter((panel, index) => panel.description === fr.panels[index]?.description);
    expect(same.map(({ title }) => title)).toEqual([]);
    expect(fr.title).not.toBe(en.title);
  });
  it('links to boards that exist', () => {
    const uids = new Set(Object.keys(files).map((path) => parsed(path).uid));
    for (const board of [en, fr])
      for (const panel of board.panels)
        for (const { url } of linksOf(panel))
          expect(uids.has(url.replace('/d/', '')) || url.startsWith('/a/marginboard-business-app')).toBe(true);
  });
});

test('marks are offered where they explain a figure: prices on the boards of totals and costs, movements on Revenue', () => {
  const marks = z.object({
    annotations: z.object({
      list: z.array(
        z.object({
          name: z.string(),
          enable: z.boolean(),
          filter: z.object({ ids: z.array(z.int()) }).optional(),
          placement: z.undefined().optional(),
          target: z.object({ events: z.string() }),
        }),
      ),
    }),
  });
  for (const t of LANGUAGES) {
    for (const name of BOARDS) {
      const { list } = marks.parse(JSON.parse(files[`${t.language}/${name}.json`] ?? 'null')).annotations;
      const prices = name === 'business' || name === 'costs' ? [[t.pricesMarked, 'price_changes', false]] : [];
      const movements = name === 'revenue' ? [[t.movementsMarked, 'largest_movements', true]] : [];
      expect(list.map((mark) => [mark.name, mark.target.events, mark.enable])).toEqual([
        [t.invoicesMarked, 'invoices', false],
        ...prices,
        [t.failedSyncsMarked, 'failed_syncs', false],
        ...movements,
      ]);
    }
  }
});

test('single customers are marked on the panel of MRR by day only', () => {
  const board = parsed('en/revenue.json');
  const { annotations } = z
    .object({
      annotations: z.object({
        list: z.array(z.looseObject({ filter: z.object({ ids: z.array(z.int()) }).optional() })),
      }),
    })
    .parse(JSON.parse(files['en/revenue.json'] ?? 'null'));
  const ids = annotations.list.flatMap(({ filter }) => filter?.ids ?? []);
  expect(board.panels.filter(({ id }) => ids.includes(id)).map(({ title }) => title)).toEqual(['MRR by day']);
});

test('why MRR moved in a month is a click on the month and one on the customer', () => {
  const links = (title: RegExp, field: string): string[] =>
    z
      .array(z.object({ url: z.string() }))
      .parse(
        parsed('en/revenue.json')
          .panels.find((panel) => title.test(panel.title))
          ?.fieldConfig.overrides.find(({ matcher }) => matcher.options === field)
          ?.properties.find(({ id }) => id === 'links')?.value,
      )
      .map(({ url }) => url);
  expect(links(/by month/, 'churnUsd')[0]).toContain('/d/marginboard-revenue?var-month=${__data.fields.month}');
  expect(links(/^Largest movements/, 'name')[0]).toContain(
    '/d/marginboard-revenue?var-customer=${__data.fields.customer}',
  );
});

test('Business has its eight panels in the order of the design', () => {
  const { panels, templating } = parsed('en/business.json');
  // As the board opens: the variables of the titles have their first value.
  const first = new Map(templating.list.map(({ name, current }) => [name, String(current?.text)]));
  const order = panels.map(({ title }) =>
    title === '$llm_provider' ? title : title.replace(/\$(\w+)/g, (_, name: string) => first.get(name) ?? ''),
  );
  const eight = [
    'Revenue',
    'LLM costs',
    'Infrastructure',
    'Net margin',
    'Revenue vs costs, 30 days',
    'Top 20 users by LLM cost, 30 days',
    'Token efficiency by model, 30 days',
    '$llm_provider',
    'Infrastructure cost, 7 days',
    'LLM cost by month, 6 months',
    'Last synchronisation',
  ];
  expect(order.filter((title) => eight.includes(title))).toEqual(eight);
});

test('each provider has one colour on every board, and none of them is a colour of good or bad', () => {
  const colours = new Map<string, Set<string>>();
  for (const path of Object.keys(files)) {
    for (const { fieldConfig } of parsed(path).panels) {
      for (const { matcher, properties } of fieldConfig.overrides) {
        const field = String(matcher.options);
        const paint = properties.find(({ id }) => id === 'color')?.value;
        if (!/^(llm|digitalOcean|weaviate|supabase|twilio|other)Usd$/.test(field)) continue;
        colours.set(field, (colours.get(field) ?? new Set()).add(JSON.stringify(paint)));
      }
    }
  }
  expect([...colours.keys()].sort()).toEqual([
    'digitalOceanUsd',
    'llmUsd',
    'otherUsd',
    'supabaseUsd',
    'twilioUsd',
    'weaviateUsd',
  ]);
  for (const shades of colours.values()) expect(shades.size).toBe(1);
  for (const shades of colours.values()) expect([...shades].join()).not.toMatch(/"(red|green)"/);
});

describe('the lint finds', () => {
  const broken = (change: (board: Dashboard) => void): string[] => {
    const board = parsed('en/business.json');
    change(board);
    return faultsOf(board);
  };
  const first = (board: Dashboard): Dashboard['panels'][number] => {
    const [panel] = board.panels;
    if (panel === undefined) throw new Error('the board has no panel');
    return panel;
  };
  it.each<[string, (board: Dashboard) => void, RegExp]>([
    [
      'two panels with one id',
      (board) => {
        first(board).id = 2;
      },
      /not unique/,
    ],
    [
      'overlapping panels',
      (board) => {
        first(board).gridPos.w = 7;
      },
      /overlaps/,
    ],
    [
      'a panel beyond 24 columns',
      (board) => {
        first(board).gridPos.x = 20;
      },
      /wider/,
    ],
    [
      'an unknown dataset',
      (board) => {
        for (const one of first(board).targets) one.dataset = 'profit';
      },
      /unknown dataset profit/,
    ],
    [
      'an unknown field',
      (board) => {
        for (const one of first(board).targets) one.fields = ['profitUsd'];
      },
      /no field profitUsd/,
    ],
    [
      'an unknown data source',
      (board) => {
        for (const one of first(board).targets) one.datasource = { type: 'x', uid: 'elsewhere' };
      },
      /unknown data source/,
    ],
    [
      'a missing unit',
      (board) => {
        delete first(board).fieldConfig.defaults.unit;
      },
      /no unit/,
    ],
    [
      'an unknown variable',
      (board) => {
        first(board).title = 'Cost of $vendor';
      },
      /no variable vendor/,
    ],
    [
      'a missing description',
      (board) => {
        first(board).description = '';
      },
      /description/,
    ],
  ])('%s', (_, change, fault) => {
    expect(broken(change).join('\n')).toMatch(fault);
  });

  it('metrics and labels that do not exist, and PromQL that does not parse', () => {
    expect(promqlFaults('marginboard_cost_total')).toEqual(['the exporter has no metric marginboard_cost_total']);
    expect(promqlFaults('sum by (region) (marginboard_mrr_usd)')).toHaveLength(1);
    expect(promqlFaults('sum(marginboard_mrr_usd')).not.toEqual([]);
    expect(
      promqlFaults('marginboard_mrr_usd{collector="stripe"} + on () group_left () marginboard_collector_enabled'),
    ).toEqual(['marginboard_mrr_usd has no label collector']);
    expect(promqlFaults('ALERTS{runbook="marginboard"}')).toEqual(['ALERTS has no label runbook']);
    expect(
      promqlFaults(
        'histogram_quantile(0.9, ' +
          'sum by (le, collector) (rate(marginboard_upstream_request_duration_seconds_bucket[5m])))',
      ),
    ).toEqual([]);
  });

  it('labels of a legend that the expression does not yield', () => {
    const board = parsed('en/health.json');
    for (const { targets } of board.panels)
      for (const target of targets) if (target.legendFormat === '{{collector}}') target.legendFormat = '{{provider}}';
    expect(faultsOf(board).join('\n')).toMatch(/yields no label provider/);
    expect([
      ...(yieldedLabels('sum by (a) (marginboard_mrr_usd) > on (a) group_left () marginboard_mrr_usd') ?? []),
    ]).toEqual(['a']);
    expect([
      ...(yieldedLabels(
        'label_replace(sum(marginboard_mrr_usd), "x", "y", "", "") or sum by (x, z) (marginboard_mrr_usd)',
      ) ?? []),
    ]).toEqual(['x']);
    expect(yieldedLabels('2 * 3')).toBeUndefined();
  });
});
