import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { z } from 'zod';
import { listTokens, registerToken, revokeToken, type RegisteredToken, type TokenIdentity } from '../access/tokens.ts';
import { mintToken } from '../api/auth/mint.ts';
import { printable } from '../api/auth/printable.ts';
import { ROLES } from '../contract/datasets.ts';
import { runningEmbeddedUrl } from '../database/embedded/address.ts';
import { createPool } from '../database/pool.ts';
import { withEnvFile } from '../settings/environment.ts';
import { jwtSecret } from '../settings/jwt-secret.ts';
import { loadSettings, SettingsError } from '../settings/load.ts';
import type { Settings } from '../settings/schema.ts';

const USAGE = `Usage: npm run token -- --role admin|viewer|figures|sync [--expires 90d] [--subject grafana]
       npm run token -- --list
       npm run token -- --revoke ID

Prints a token for the REST API, signed with JWT_SECRET or with the secret in DATA_DIR.
  --role     admin reads and writes, viewer reads, figures reads without names of people and customers,
             sync may only start a synchronisation
  --expires  how long it is valid: 30m, 12h, 90d, 2y (at most 10y; default 90d)
  --subject  who uses it; entries made with it carry this name (default "cli")
  --list     the tokens that were made or used here: id, name, role, last use, expiry, revocation
  --revoke   refuses a token from now on (within five seconds everywhere); its id is in the list`;

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, y: 31_536_000 };

/** Seconds of "90d"; undefined when it is not a duration, 0, or longer than ten years. */
export function durationSeconds(text: string): number | undefined {
  const match = /^([1-9]\d{0,6})([mhdy])$/.exec(text);
  const seconds = Number(match?.[1]) * (SECONDS[match?.[2] ?? ''] ?? Number.NaN);
  return Number.isNaN(seconds) || seconds > 10 * 31_536_000 ? undefined : seconds;
}

const options = z.object({
  role: z.enum(ROLES, `--role must be one of ${ROLES.join(', ')}`),
  expires: z
    .string()
    .default('90d')
    .transform(durationSeconds)
    .refine((seconds) => seconds !== undefined, '--expires must be a duration such as 90d, at most 10y'),
  subject: z
    .string()
    .transform(printable)
    .refine((name) => name !== '', '--subject must not be empty')
    .default('cli'),
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      expires: { type: 'string' },
      subject: { type: 'string' },
      list: { type: 'boolean' },
      revoke: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (values.list === true || values.revoke !== undefined) return administer(values.revoke);
  const parsed = options.safeParse(values);
  if (!parsed.success) return refuse(`${parsed.error.issues.map((issue) => issue.message).join('\n')}\n\n${USAGE}`);
  const settings = loadSettings(withEnvFile(process.env));
  const secret = await jwtSecret(settings);
  if (secret === undefined)
    return refuse('JWKS_URL is set, so tokens come from that issuer. Set JWT_SECRET too to sign tokens here.');
  const { role, subject } = parsed.data;
  const id = randomUUID();
  const expiresAt = Math.floor(Date.now() / 1000) + parsed.data.expires;
  const token = await mintToken(secret, {
    id,
    role,
    subject,
    expiresAt,
    roleClaim: settings.JWT_ROLE_CLAIM,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
  });
  process.stdout.write(`${token}\n`);
  await register(settings, { id, name: subject, role, expiresAt });
  return 0;
}

/** The database of the exporter that accepts these tokens; undefined while the embedded one does not run. */
async function openDatabase(settings: Settings): Promise<Pool | undefined> {
  const url = settings.DATABASE_URL ?? (await runningEmbeddedUrl(settings.DATA_DIR));
  return url === undefined ? undefined : createPool(url, { max: 1, connectionTimeoutMs: 3_000 });
}

/** The token works without this; standard error says what a person should know, standard output is the token alone. */
async function register(settings: Settings, token: TokenIdentity): Promise<void> {
  const pool = await openDatabase(settings).catch(() => undefined);
  try {
    if (pool === undefined)
      process.stderr.write(
        `No exporter runs on ${settings.DATA_DIR} now. Only one that is started with this DATA_DIR or JWT_SECRET ` +
          'accepts the token; it is listed from its first use on.\n',
      );
    else await registerToken(pool, token);
  } catch {
    process.stderr.write('The database did not answer: the token is listed from its first use on.\n');
  } finally {
    await pool?.end();
  }
}

async function administer(id: string | undefined): Promise<number> {
  if (id !== undefined && !z.uuid().safeParse(id).success)
    return refuse('--revoke needs the id of a token, as npm run token -- --list shows it');
  const settings = loadSettings(withEnvFile(process.env));
  const pool = await openDatabase(settings);
  if (pool === undefined)
    return refuse(`The tokens are in the database, and none runs on ${settings.DATA_DIR}: start the exporter first.`);
  try {
    if (id === undefined) {
      for (const line of tokenLines(await listTokens(pool))) process.stdout.write(`${line}\n`);
      return 0;
    }
    const row = await revokeToken(pool, id, 'cli');
    if (row === undefined) return refuse('No token of this id is known: npm run token -- --list shows them.');
    process.stdout.write(`revoked: ${row.name} (${row.role}, ${row.id})\n`);
    return 0;
  } finally {
    await pool.end();
  }
}

export function tokenLines(rows: readonly RegisteredToken[]): string[] {
  const minute = (time: string | null): string => (time === null ? 'never' : time.slice(0, 16).replace('T', ' '));
  if (rows.length === 0) return ['No tokens are known yet.'];
  return rows.map(
    ({ id, name, role, lastUsedAt, expiresAt, revokedAt }) =>
      `${id}  ${role.padEnd(7)}  last used ${minute(lastUsedAt).padEnd(16)}  expires ${minute(expiresAt)}  ${name}` +
      (revokedAt === null ? '' : `  (revoked ${minute(revokedAt)})`),
  );
}

function refuse(message: string): number {
  process.stderr.write(`${message}\n`);
  return 1;
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    // A mistyped option or a bad setting is the caller's: say it without a stack.
    const known = error instanceof SettingsError || (error instanceof TypeError && 'code' in error);
    process.exitCode = refuse(
      known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
  }
}
