import { parseArgs } from 'node:util';
import { z } from 'zod';
import { mintToken } from '../api/auth/mint.ts';
import { ROLES } from '../contract/datasets.ts';
import { withEnvFile } from '../settings/environment.ts';
import { jwtSecret } from '../settings/jwt-secret.ts';
import { loadSettings, SettingsError } from '../settings/load.ts';

const USAGE = `Usage: npm run token -- --role admin|viewer|sync [--expires 90d] [--subject grafana]

Prints a token for the REST API, signed with JWT_SECRET or with the secret in DATA_DIR.
  --role     admin reads and writes, viewer reads, sync may only start a synchronisation
  --expires  how long it is valid: 30m, 12h, 90d, 2y (at most 10y; default 90d)
  --subject  who uses it; entries made with it carry this name (default "cli")`;

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
  subject: z.string().min(1, '--subject must not be empty').max(200).default('cli'),
});

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      role: { type: 'string' },
      expires: { type: 'string' },
      subject: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const parsed = options.safeParse(values);
  if (!parsed.success) return refuse(`${parsed.error.issues.map((issue) => issue.message).join('\n')}\n\n${USAGE}`);
  const settings = loadSettings(withEnvFile(process.env));
  const secret = await jwtSecret(settings);
  if (secret === undefined)
    return refuse('JWKS_URL is set, so tokens come from that issuer. Set JWT_SECRET too to sign tokens here.');
  const token = await mintToken(secret, {
    role: parsed.data.role,
    subject: parsed.data.subject,
    expiresAt: Math.floor(Date.now() / 1000) + parsed.data.expires,
    roleClaim: settings.JWT_ROLE_CLAIM,
    issuer: settings.JWT_ISSUER,
    audience: settings.JWT_AUDIENCE,
  });
  process.stdout.write(`${token}\n`);
  return 0;
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
