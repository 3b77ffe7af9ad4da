import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import { createCollectors } from '../collectors/index.ts';
import { examineProviders } from '../doctor/examine-providers.ts';
import { examineInbox } from '../doctor/inbox.ts';
import { describeReport, isHealthy, type DoctorReport } from '../doctor/report.ts';
import { examineStatements } from '../doctor/statements.ts';
import { examineAccess, examineSchedule, examineStorage } from '../doctor/storage.ts';
import { consoleToLog } from '../process/console.ts';
import { createLogger } from '../process/log.ts';
import { createRedactor } from '../process/redaction.ts';
import { runCommand } from '../app/run-command.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings, secretsOf } from '../settings/load.ts';
import { createPool } from '../database/pool.ts';

const USAGE = `Usage: npm run doctor -- [--json] [--log-level debug]

Says for every provider what is configured, what its key may do, and the exact reason why a run would be skipped or fail,
with the remedy; then the same for storage, schedule and access. Reads only. Ends with 1 when something configured is broken.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, 'log-level': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  // Unless it is asked for, the log would only repeat the report.
  const settings = loadSettings({ ...withEnvFile(process.env), LOG_LEVEL: values['log-level'] ?? 'silent' });
  const redactor = createRedactor(secretsOf(settings));
  const log = createLogger(settings, { redactor, destination: 'stderr' });
  consoleToLog(log);
  const storage = await examineStorage(settings);
  if (storage.url !== undefined) redactor.add(storage.url);
  const pool = storage.url === undefined ? undefined : createPool(storage.url, { max: 2 });
  const collectors = await createCollectors(settings);
  const providers = await examineProviders({
    collectors,
    db: pool,
    now: settings.NOW === undefined ? new Date() : new Date(settings.NOW),
    signal: AbortSignal.timeout(180_000),
    log,
  });
  const schedule = await examineSchedule(settings, storage.url);
  const access = examineAccess(settings);
  const statements = await examineStatements(settings);
  const inbox = await examineInbox(settings);
  const report: DoctorReport = {
    ok: isHealthy(providers, [...storage.findings, ...schedule, ...access, ...statements, ...inbox]),
    version: packageJson.version,
    providers,
    storage: storage.findings,
    schedule,
    access,
    statements,
    inbox,
  };
  process.stdout.write(
    `${redactor.redact(values.json === true ? JSON.stringify(report, null, 2) : describeReport(report))}\n`,
  );
  await pool?.end();
  return report.ok ? 0 : 1;
}

if (import.meta.main) await runCommand(main, USAGE);
