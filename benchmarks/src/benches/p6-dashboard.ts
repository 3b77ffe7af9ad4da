import { existsSync } from 'node:fs';
import { makeSides } from '../grafana/dashboards.ts';
import { loadInNewProfile, type Load, type Loads } from '../grafana/page-load.ts';
import { CannotMeasure, type Bench } from '../harness/bench.ts';
import { expectSame, timingOf } from '../harness/measure.ts';
import type { Result } from '../harness/result.ts';

const ROUNDS = 6;

/**
 * The Business dashboard in a browser, against its copy on Grafana's own PostgreSQL data source and the same database.
 */
export const p6Dashboard: Bench = {
  ids: ['P6'],
  async run({ say }) {
    const {
      GRAFANA_URL: grafana,
      EXPORTER_DATABASE_URL: database,
      GRAFANA_USER: user = 'admin',
      GRAFANA_PASSWORD: password = 'admin',
      CHROMIUM: chromium = '/usr/bin/chromium',
    } = process.env;
    if (grafana === undefined || database === undefined) {
      throw new CannotMeasure(
        'GRAFANA_URL (a Grafana with the plugin and its dashboards, e.g. of npm run stack -- --demo) and ' +
          "EXPORTER_DATABASE_URL (the exporter's database, as Grafana reaches it) are not both set",
      );
    }
    if (!existsSync(chromium)) throw new CannotMeasure(`there is no browser at ${chromium}: set CHROMIUM`);
    const sides = await makeSides({
      grafana,
      user,
      password,
      database: new URL(database),
      uid: 'marginboard-business',
    });
    try {
      const open = {
        product: () => loadInNewProfile(sides.productUrl, sides.cookies, sides.panels),
        plain: () => loadInNewProfile(sides.plainUrl, sides.cookies, sides.panels),
      };
      const first = { product: await open.product(), plain: await open.plain() };
      expectSame('the number of panels', first.plain.warm.panels, first.product.warm.panels);
      expectSame('the amounts in the plain panels', first.plain.warm.amounts, first.product.warm.amounts);
      const product: Loads[] = [];
      const plain: Loads[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        // Who begins changes, so that whatever else the machine does meets both alike.
        if (round % 2 === 0) product.push(await open.product());
        plain.push(await open.plain());
        if (round % 2 === 1) product.push(await open.product());
        const [a, b] = [product.at(-1), plain.at(-1)];
        if (a !== undefined && b !== undefined)
          say(`P6: cold ${ms(a.cold)} against ${ms(b.cold)}, warm ${ms(a.warm)} against ${ms(b.warm)}`);
      }
      return [
        resultOf(
          'first load with a new browser profile',
          product.map(({ cold }) => cold),
          plain.map(({ cold }) => cold),
        ),
        resultOf(
          'with filled caches',
          product.map(({ warm }) => warm),
          plain.map(({ warm }) => warm),
        ),
      ];
    } finally {
      await sides.remove();
    }
  },
};

const ms = ({ lastPanel }: Load): string => `${lastPanel.toFixed(0)} ms`;
const median = (loads: readonly Load[], of: (load: Load) => number): number => timingOf(loads.map(of)).p50;

function resultOf(how: string, product: readonly Load[], plain: readonly Load[]): Result {
  const both = (of: (load: Load) => number, digits = 0): string =>
    `${median(product, of).toFixed(digits)} against ${median(plain, of).toFixed(digits)}`;
  const range = (loads: readonly Load[]): string =>
    `${Math.min(...loads.map(({ lastPanel }) => lastPanel)).toFixed(0)}–${Math.max(...loads.map(({ lastPanel }) => lastPanel)).toFixed(0)}`;
  return {
    id: 'P6',
    what: `Business dashboard to its last panel, ${how}`,
    against: "the same panels on Grafana's PostgreSQL data source",
    unit: 'ms median',
    product: median(product, ({ lastPanel }) => lastPanel),
    baseline: median(plain, ({ lastPanel }) => lastPanel),
    target: { ratioAtMost: 1 },
    note:
      `${product.length} rounds, ${range(product)} against ${range(plain)} ms; ` +
      `last answer ${both(({ lastAnswer }) => lastAnswer)} ms; requests ${both(({ requests }) => requests)}, ` +
      `of them queries ${both(({ queries }) => queries)}; ` +
      `transferred ${both(({ bytes }) => bytes / 1024)} KiB, of them answers ` +
      `${both(({ queryBytes }) => queryBytes / 1024, 1)} KiB`,
  };
}
