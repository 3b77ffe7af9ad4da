import { readFileSync } from 'node:fs';
import { Cron } from 'croner';
import { z } from 'zod';
import type { Environment } from './environment.ts';
import { SETTINGS, type SettingName, type Settings } from './schema.ts';
import { closestSettingName } from './typos.ts';

export interface SettingsProblem {
  readonly name: string;
  /** What is wrong and what to do; never the value. */
  readonly message: string;
}

/** Everything that is wrong with the environment, at once: one start is enough to mend it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    super(
      ['The settings cannot be used:', ...problems.map((problem) => `  ${problem.name}: ${problem.message}`)].join(
        '\n',
      ),
    );
    this.problems = problems;
  }
}

export const SETTING_NAMES = Object.keys(SETTINGS).filter(isSettingName);

const SCHEMA = z.object(shapeOf(SETTINGS));

/**
 * Checks the whole environment; each setting may come as NAME or from the file NAME_FILE. An empty value counts as
 * not set. Throws `SettingsError`.
 */
export function loadSettings(env: Environment): Settings {
  const problems: SettingsProblem[] = [];
  // Every name is there, also the unset ones: the result then has every key.
  const raw = Object.fromEntries(SETTING_NAMES.map((name) => [name, readSetting(name, env, problems)]));
  const parsed = SCHEMA.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = String(issue.path[0] ?? '');
      // One message a variable is enough to mend it.
      if (!problems.some((problem) => problem.name === name)) problems.push({ name, message: issue.message });
    }
  }
  const settings = parsed.success && isComplete(parsed.data) ? parsed.data : undefined;
  problems.push(...crossChecks(raw, settings), ...typos(env));
  if (settings === undefined || problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** Every configured secret: the values that may appear in no log, page, row or error. */
export function secretsOf(settings: Settings): string[] {
  const secrets = new Set<string>();
  for (const name of SETTING_NAMES) {
    const value = settings[name];
    if (!('secret' in SETTINGS[name]) || typeof value !== 'string') continue;
    secrets.add(value);
    if (URL.canParse(value)) for (const part of passwordsIn(new URL(value))) secrets.add(part);
  }
  return [...secrets];
}

function passwordsIn(url: URL): string[] {
  const parts = [url.password, url.searchParams.get('password') ?? ''].filter((part) => part !== '');
  return parts.flatMap((part) => [part, decoded(part)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Unset settings are keys that hold undefined. */
function isComplete(parsed: z.output<typeof SCHEMA>): parsed is Settings {
  return SETTING_NAMES.every((name) => name in parsed);
}

function shapeOf<Definitions extends Record<string, { readonly schema: z.ZodType }>>(
  definitions: Definitions,
): { [Name in keyof Definitions]: Definitions[Name]['schema'] };
function shapeOf(definitions: Record<string, { readonly schema: z.ZodType }>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(definitions).map(([name, { schema }]) => [name, schema]));
}

function readSetting(name: SettingName, env: Environment, problems: SettingsProblem[]): string | undefined {
  const value = filled(env[name]);
  const file = filled(env[`${name}_FILE`]);
  if (file === undefined) return value;
  if (value !== undefined) {
    problems.push({ name, message: `given twice: keep either ${name} or ${name}_FILE` });
    return undefined;
  }
  try {
    return filled(readFileSync(file, 'utf8').replace(/[\r\n]+$/, ''));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    problems.push({ name: `${name}_FILE`, message: `the file cannot be read (${code})` });
    return undefined;
  }
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** Looks at what is valid by itself; `settings` is absent when something else is wrong already. */
function crossChecks(
  raw: Readonly<Record<string, string | undefined>>,
  settings: Settings | undefined,
): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const schedule = raw['SYNC_SCHEDULE'];
  if (schedule !== undefined && !isSchedule(schedule.trim())) {
    problems.push({ name: 'SYNC_SCHEDULE', message: 'must be a cron expression in UTC such as "30 0 * * *", or off' });
  }
  if (raw['READ_DATABASE_URL'] !== undefined && raw['DATABASE_URL'] === undefined) {
    problems.push({ name: 'READ_DATABASE_URL', message: 'a replica needs its primary: set DATABASE_URL too' });
  }
  const mail = ['ALERT_EMAIL_TO', 'ALERT_EMAIL_FROM', 'ALERT_SMTP_SERVER'];
  if (mail.some((name) => raw[name] !== undefined)) {
    for (const name of mail)
      if (raw[name] === undefined) problems.push({ name, message: `is missing: mail needs ${mail.join(', ')}` });
  }
  if (raw['STATEMENT_MAIL_TO'] !== undefined)
    for (const name of ['SMTP_URL', 'SMTP_FROM'])
      if (raw[name] === undefined) problems.push({ name, message: 'is missing: STATEMENT_MAIL_TO needs it' });
  if (raw['INVOICE_IMAP_URL'] !== undefined) {
    const ways = ['INVOICE_IMAP_PASSWORD', 'INVOICE_IMAP_TOKEN_FILE'].filter((name) => raw[name] !== undefined);
    if (ways.length === 0)
      problems.push({
        name: 'INVOICE_IMAP_PASSWORD',
        message: 'is missing: INVOICE_IMAP_URL needs it, or INVOICE_IMAP_TOKEN_FILE',
      });
    if (ways.length === 2)
      problems.push({
        name: 'INVOICE_IMAP_PASSWORD',
        message: 'given beside INVOICE_IMAP_TOKEN_FILE: keep one of them',
      });
  }
  if (
    settings !== undefined &&
    !isLoopback(settings.HOST) &&
    settings.METRICS_TOKEN === undefined &&
    !settings.METRICS_PUBLIC
  ) {
    problems.push({
      name: 'HOST',
      message: '/metrics would be open to the network: set METRICS_TOKEN, or METRICS_PUBLIC=true to allow it',
    });
  }
  return problems;
}

export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

function isSchedule(expression: string): boolean {
  if (expression === 'off') return true;
  try {
    new Cron(expression, { paused: true, timezone: 'UTC' }).stop();
    return true;
  } catch {
    return false;
  }
}

function typos(env: Environment): SettingsProblem[] {
  const known = SETTING_NAMES.flatMap((name) => [name, `${name}_FILE`]);
  return Object.keys(env).flatMap((name) => {
    if (filled(env[name]) === undefined) return [];
    const meant = closestSettingName(name, known);
    return meant === undefined ? [] : [{ name, message: `is no setting; did you mean ${meant}?` }];
  });
}
