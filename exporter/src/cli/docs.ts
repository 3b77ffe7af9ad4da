import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../process/package-root.ts';
import { generatedFiles } from '../docs/generated-files.ts';

// npm run docs: writes every generated file; with --check only says which are out of date.
const root = join(packageRoot(), '..');
const check = process.argv.includes('--check');
let stale = 0;
for (const [path, content] of Object.entries(generatedFiles())) {
  const before = await readFile(join(root, path), 'utf8').catch(() => undefined);
  if (before === content) continue;
  stale += 1;
  if (!check) await writeFile(join(root, path), content);
  console.log(`${path} ${check ? 'is out of date: run npm run docs' : 'written'}`);
}
if (check && stale > 0) process.exitCode = 1;
