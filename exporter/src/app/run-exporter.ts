import { resolve } from 'node:path';
import type { App, AppOptions } from './parts.ts';
import { startApp } from './start.ts';
import { consoleToLog } from '../process/console.ts';
import { waitAtMost } from '../process/deadline.ts';
import { createLogger } from '../process/log.ts';
import { installProcessPolicy } from '../process/process-policy.ts';
import { createRedactor } from '../process/redaction.ts';
import { withEnvFile } from '../settings/environment.ts';
import { loadSettings, secretsOf, SettingsError } from '../settings/load.ts';
import { LOOPBACK } from '../settings/kinds.ts';
import type { Settings } from '../settings/schema.ts';

/** Beyond this a stop is forced; the sender of SIGTERM waits ten seconds. */
const TIMEOUT_MS = 9_000;

export type ExporterParts = Pick<
  AppOptions,
  'createCollectors' | 'createHandler' | 'seed' | 'sampleSources' | 'timing'
>;

/** The whole process: settings, log, signals, exit codes. 1 = cannot start, 0 = was asked to stop. */
export async function runExporter(parts: ExporterParts): Promise<void> {
  const settings = settingsOrExit();
  const redactor = createRedactor(secretsOf(settings));
  const log = createLogger(settings, { redactor });
  installProcessPolicy(log);
  consoleToLog(log);
  let app: App | undefined;
  const stopping = new AbortController();
  const stop = async (signal: string): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    log.info({ signal }, 'stopping');
    await waitAtMost(app?.stop() ?? Promise.resolve(), TIMEOUT_MS);
    log.info('stopped');
    process.exit(0);
  };
  // Before anything is started: a signal in the first second must not leave a database behind.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  try {
    app = await startApp({ settings, log, redactor, ...parts });
    if (stopping.signal.aborted) {
      await app.stop();
      return;
    }
    announce(settings, app);
    if (settings.NOW !== undefined) log.warn({ now: settings.NOW }, 'NOW is set: the clock stands still');
    if (settings.DEMO) log.warn('DEMO is on: an empty database is filled with invented figures');
    await app.ready;
    log.info({ url: app.url }, 'ready');
  } catch (error) {
    if (stopping.signal.aborted) return;
    stopping.abort();
    log.fatal({ err: error }, 'cannot start');
    complain(redactor.redact(`marginboard cannot start: ${messageOf(error, settings)}`));
    await waitAtMost(app?.stop() ?? Promise.resolve(), TIMEOUT_MS);
    process.exit(1);
  }
}

/** The settings of this process; a bad environment ends it with a list of every bad variable. */
export function settingsOrExit(): Settings {
  try {
    return loadSettings(withEnvFile(process.env));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    complain(error.message);
    process.exit(1);
  }
}

function messageOf(error: unknown, settings: Settings): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return (
      `port ${settings.PORT} on ${settings.HOST} is in use: set PORT to a free one, or stop the program that has ` +
      'it'
    );
  if ('code' in error && error.code === 'EADDRNOTAVAIL')
    return `HOST ${settings.HOST} is not an address of this machine`;
  return folderProblem(error, settings) ?? error.message;
}

/** What stands in the way of a file or folder of DATA_DIR, in a sentence. */
function folderProblem(error: Error, settings: Settings): string | undefined {
  const remedy = `look at DATA_DIR (${resolve(settings.DATA_DIR)})`;
  // Writing into an open file fails without its name.
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
    return `cannot write: disk full. Make room, or ${remedy}`;
  if (!('code' in error && 'path' in error && typeof error.path === 'string')) return undefined;
  switch (error.code) {
    case 'ENOTDIR':
    case 'EEXIST':
      return `${error.path} is a file where a folder is needed: remove it, or ${remedy}`;
    case 'EISDIR':
    case 'ERR_FS_EISDIR':
      return `${error.path} is a folder where a file is needed: remove it, or ${remedy}`;
    case 'EROFS':
      return `${error.path} cannot be written, since its file system is read-only: ${remedy}`;
    case 'EACCES':
    case 'EPERM':
      return `${error.path} may not be read or written by this user: ${remedy}`;
    default:
      return undefined;
  }
}

/** For a person, on standard error: standard output holds the log, one JSON document a line. */
function announce(settings: Settings, { url, link }: Pick<App, 'url' | 'link'>): void {
  complain(
    [
      '',
      `Marginboard runs at   ${url}`,
      `  the month           ${LOOPBACK.test(new URL(url).hostname) ? `${link()}   (opens once, within an hour)` : `${url}/`}`,
      `  metrics             ${url}/metrics${settings.METRICS_TOKEN === undefined ? '' : '   (bearer METRICS_TOKEN)'}`,
      `  API                 ${url}/api/v1   (described by ${url}/openapi.json)`,
      `  a token for the API npm run token -- --role admin`,
      `  what is configured  npm run doctor`,
      '  data                ' +
        (settings.DATABASE_URL === undefined ? `${resolve(settings.DATA_DIR)} (embedded Postgres)` : 'DATABASE_URL'),
      ...(settings.DEMO ? ['  DEMO is on: an empty database is filled with invented figures, labelled as such'] : []),
      ...(settings.NOW === undefined ? [] : [`  NOW is set: the clock stands still at ${settings.NOW}`]),
      '',
    ].join('\n'),
  );
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
