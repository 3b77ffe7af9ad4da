import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BOARDS } from '../../exporter/src/contract/boards.ts';
import { dashboardFiles, LANGUAGES } from './build.ts';
import { bundledBoard } from './bundled.ts';

const files = dashboardFiles();
const included = z.object({ includes: z.array(z.unknown()) });
const list = z.array(z.looseObject({ name: z.string() })).default([]);
const withVariables = z.looseObject({ templating: z.object({ list }) });
const names = (board: unknown): string[] => withVariables.parse(board).templating.list.map(({ name }) => name);

describe.each(Object.keys(files))('%s as the plugin includes it', (path) => {
  const board: unknown = JSON.parse(files[path] ?? 'null');
  const bundled = bundledBoard(board);
  const text = JSON.stringify(bundled);

  it('asks the data sources of its variables, and no uid of provisioning', () => {
    expect(text).not.toMatch(/"uid":"marginboard(-prometheus)?"/);
    expect(text).toContain('"datasource":{"type":"marginboard-business-datasource","uid":"${datasource}"}');
    expect(names(bundled)).toEqual([
      'datasource',
      ...(text.includes('"uid":"${prometheus}"') ? ['prometheus'] : []),
      ...names(board),
    ]);
  });

  it('differs from the provisioned one in nothing else, and passes the choice on to the board behind a link', () => {
    expect(text.match(/"\/d\/marginboard-[^"]*/g)?.filter((url) => !url.includes('${datasource:queryparam}'))).toEqual(
      [],
    );
    const back = JSON.parse(
      text
        .replaceAll('"uid":"${datasource}"', '"uid":"marginboard"')
        .replaceAll('"uid":"${prometheus}"', '"uid":"marginboard-prometheus"')
        .replaceAll(/[?&]\$\{(datasource|prometheus):queryparam\}/g, ''),
    );
    const { templating, ...rest } = withVariables.parse(back);
    const provisioned = withVariables.parse(board);
    const own = templating.list.filter(({ name }) => name !== 'datasource' && name !== 'prometheus');
    expect({ ...rest, templating: { list: own } }).toEqual(provisioned);
  });
});

it('the data source offers every board in both languages, under its title', () => {
  const plugin = join(import.meta.dirname, '..', '..', 'grafana-plugin', 'src', 'datasource', 'plugin.json');
  expect(included.parse(JSON.parse(readFileSync(plugin, 'utf8'))).includes).toEqual(
    LANGUAGES.flatMap((t) =>
      BOARDS.map((name) => ({
        type: 'dashboard',
        name: t.boards[name].title,
        path: `dashboards/${t.language}/${name}.json`,
      })),
    ),
  );
});

it('what is not a board is refused', () => {
  expect(() => bundledBoard([])).toThrow('a board is an object');
});
