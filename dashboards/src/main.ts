import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { dashboardFiles } from './build.ts';

// npm run dashboards: writes dashboards/en and dashboards/fr; with --check only says which are out of date.
const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
let stale = 0;
for (const [path, content] of Object.entries(dashboardFiles())) {
  const before = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (before === content) continue;
  stale += 1;
  if (!check) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  console.log(`dashboards/${path} ${check ? 'is out of date: run npm run dashboards' : 'written'}`);
}
if (check && stale > 0) process.exitCode = 1;
