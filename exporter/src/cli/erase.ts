import { parseArgs } from 'node:util';
import { runCommand, UsageError } from '../app/run-command.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { createPool, withTransaction } from '../database/pool.ts';
import { eraseUser, previewErasure, type Erasure } from '../llm/maintenance/erase-user.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings } from '../settings/load.ts';

const USAGE = `Usage: npm run erase -- --user ID [--confirm]

Erases the id and the e-mail of a user of the LLM usage: every row gets an anonymous id, every sum stays.
Without --confirm it only shows what would change. It cannot be undone. Backups made before still hold the id.
  --user  the id as Prometheus has it, an e-mail address that is known of it, or a Stripe customer (cus_…): customers
          with this e-mail lose their name and e-mail`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { user: { type: 'string' }, confirm: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    console.log(USAGE);
    return 0;
  }
  const user = values.user?.trim();
  if (user === undefined || user === '') throw new UsageError('--user needs the id of a user');
  const settings = loadSettings(withEnvFile(process.env));
  const url = settings.DATABASE_URL ?? (await runningEmbeddedUrl(settings.DATA_DIR));
  if (url === undefined)
    throw new Error(`no database runs on ${settings.DATA_DIR}: start the exporter first, or set DATABASE_URL`);
  const pool = createPool(url, { max: 1, statementTimeoutMs: 0, applicationName: 'marginboard erase' });
  try {
    const erasure =
      values.confirm === true
        ? await withTransaction(pool, (tx) => eraseUser(tx, user, new Date()))
        : await previewErasure(pool, user);
    for (const line of linesOf(erasure, values.confirm === true)) console.log(line);
    return erasure.ids.length + erasure.customers.length === 0 ? 1 : 0;
  } finally {
    await pool.end();
  }
}

function linesOf({ ids, customers, rows }: Erasure, done: boolean): string[] {
  if (ids.length + customers.length === 0)
    return ['Nothing is stored of this user: there is no such id, and no id with such an e-mail.'];
  const counts = Object.entries(rows).filter(([, count]) => count > 0);
  return [
    `${done ? 'Erased' : 'Would erase'} ${ids.length === 1 ? 'one id' : `${ids.length} ids`}${customersText(customers)}:`,
    ...counts.map(([table, count]) => `  ${table.padEnd(20)} ${count} rows`),
    done ? 'Every sum is as before. Backups made before still hold the id.' : 'Nothing was changed: add --confirm.',
  ];
}

function customersText(customers: readonly string[]): string {
  return customers.length === 0 ? '' : ` and the names of ${customers.join(', ')}`;
}

if (import.meta.main) await runCommand(main, USAGE);
