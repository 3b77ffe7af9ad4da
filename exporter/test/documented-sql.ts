import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/process/package-root.ts';

/**
 * The blocks of SQL under a heading of docs/scaling.md, each as its statements: what the document says is what tests
 * run.
 */
export function documentedSql(heading: string): string[][] {
  const document = readFileSync(join(packageRoot(), '../docs/scaling.md'), 'utf8').replaceAll('\r\n', '\n');
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```sql\n(.*?)^```$/gms)].map((match) => statementsOf(match[1] ?? ''));
}

function statementsOf(block: string): string[] {
  return block
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
