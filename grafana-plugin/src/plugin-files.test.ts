import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

/** Every file that a plugin.json names is beside it, or made by the build from a file that is there. */

const HERE = import.meta.dirname;
const BOARDS = join(HERE, '..', '..');
const schema = z.object({
  info: z.object({
    logos: z.record(z.string(), z.string()),
    screenshots: z.array(z.object({ name: z.string().min(10), path: z.string() })),
  }),
  includes: z.array(z.object({ type: z.string(), path: z.string() })),
});

it.each([
  ['the app', HERE, 4],
  ['the data source', join(HERE, 'datasource'), 0],
])('of %s', (_, folder, screenshots) => {
  const { info, includes } = schema.parse(JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8')));
  const files = [
    ...Object.values(info.logos).map((path) => join(folder, path)),
    ...info.screenshots.map(({ path }) => join(folder, path)),
    ...includes.filter(({ type }) => type === 'dashboard').map(({ path }) => join(BOARDS, path)),
    ...includes.filter(({ type }) => type === 'datasource').map(({ path }) => join(folder, path)),
  ];
  for (const file of files) expect([file, statSync(file).isFile()]).toEqual([file, true]);
  expect(info.screenshots).toHaveLength(screenshots);
  // Each is loaded by a browser that looks at the plugin's page.
  for (const { path } of info.screenshots) {
    const image = readFileSync(join(folder, path));
    expect(image.subarray(1, 4).toString()).toBe('PNG');
    expect(image.length).toBeLessThan(250_000);
  }
});
