import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createChanges } from '../process/changes.ts';
import { createClock } from '../database/clock.ts';
import { createCollectors } from '../collectors/index.ts';
import { COLLECTOR_NAMES, PROVIDERS } from '../contract/providers.ts';
import { consoleToLog } from '../process/console.ts';
import { createLogger } from '../process/log.ts';
import { createRedactor } from '../process/redaction.ts';
import type { SyncResult } from '../runner/contract.ts';
import { createRunner } from '../runner/runner.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings, secretsOf } from '../settings/load.ts';
import { writeFixedCosts } from '../ledger/fixed-costs.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { openDatabase } from '../database/open.ts';
import { withTransaction } from '../database/pool.ts';
import { runCommand, UsageError } from '../app/run-command.ts';

const USAGE = `Usage: npm run sync -- [--dry-run] [--collectors stripe,twilio] [--log-level debug] [--json]

Reads the providers once and stores yesterday, what may be restated, what is missing, and today (provisional).
  --dry-run      reads and stores nothing
  --collectors   only these: ${COLLECTOR_NAMES.join(', ')}
  --log-level    debug shows every request; the log goes to standard error
  --json         prints the result as JSON
Ends with 1 when a collector failed or another synchronisation is running.`;

/** `stripe,digital-ocean`: hyphens are fine. */
const names = z
  .array(z.string())
  .transform((lists) =>
    lists
      .flatMap((list) => list.split(','))
      .map((name) => name.trim().replaceAll('-', '_'))
      .filter((name) => name !== ''),
  )
  .pipe(
    z
      .array(z.enum(COLLECTOR_NAMES, `--collectors takes ${COLLECTOR_NAMES.join(', ')}`))
      .min(1, '--collectors needs a name'),
  )
  .optional();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean' },
      collectors: { type: 'string', multiple: true },
      'log-level': { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return say(USAGE, 0);
  const wanted = names.safeParse(values.collectors);
  if (!wanted.success) throw new UsageError(wanted.error.issues.map((issue) => issue.message).join('\n'));
  const env = withEnvFile(process.env);
  const settings = loadSettings(values['log-level'] === undefined ? env : { ...env, LOG_LEVEL: values['log-level'] });
  const redactor = createRedactor(secretsOf(settings));
  const log = createLogger(settings, { redactor, destination: 'stderr' });
  consoleToLog(log);
  const collectors = await createCollectors(settings);
  const besides = settings.DATABASE_URL ?? (await runningEmbeddedUrl(settings.DATA_DIR));
  if (besides !== undefined) redactor.add(besides);
  const database = await openDatabase({
    settings: { ...settings, DATABASE_URL: besides },
    log,
    signal: AbortSignal.timeout(20_000),
    secret: (value) => redactor.add(value),
  });
  const runner = createRunner({
    collectors,
    log,
    pool: database.pool,
    clock: createClock({ now: settings.NOW, db: database.pool }),
    changes: createChanges(log),
    observer: {
      upstreamObserver: () => ({ observe: (code, seconds) => log.debug({ code, seconds }, 'request') }),
      runFinished: () => undefined,
    },
    redact: (text) => redactor.redact(text),
    afterStoring: (today) => withTransaction(database.pool, (tx) => writeFixedCosts(tx, settings, today)),
  });
  // A second signal ends it the hard way; the lease then expires by itself.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void runner.stop());
  try {
    const result = await runner.run({
      trigger: 'cli',
      requestedBy: 'cli',
      dryRun: values['dry-run'] === true,
      ...(wanted.data && { collectors: wanted.data }),
    });
    say(values.json === true ? JSON.stringify(result, null, 2) : describe(result), 0);
    return result.outcome === 'succeeded' && !result.collectors.some(({ reason }) => reason === 'locked') ? 0 : 1;
  } finally {
    await runner.stop();
    await database.close();
  }
}

/** The result for a person, a line for each collector. */
export function describe(result: SyncResult): string {
  const lines = result.collectors.flatMap(({ collector, day, outcome, reason, message, warnings, durationMs }) => [
    `${PROVIDERS[collector].title.padEnd(14)}${day}  ${outcome.padEnd(10)}${(durationMs / 1000).toFixed(1).padStart(6)} s  ${[reason, message].filter((part) => part !== null).join(': ')}`.trimEnd(),
    ...warnings.map((warning) => `${' '.repeat(16)}warning ${warning.code}: ${warning.message}`),
  ]);
  return [...lines, `synchronisation ${result.runId}: ${result.outcome}`].join('\n');
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

if (import.meta.main) await runCommand(main, USAGE);
