import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVerifier } from '../api/auth/verify.ts';
import { durationSeconds } from './token.ts';

const SCRIPT = fileURLToPath(new URL('token.ts', import.meta.url));
const SECRET = 'a-test-secret-of-more-than-32-bytes!';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'marginboard-token-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { JWT_SECRET: SECRET },
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], { env, cwd: directory }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('npm run token', () => {
  it('prints a token that the API accepts, for the role, subject and time that were asked for', async () => {
    const { code, stdout } = await run(['--role', 'sync', '--expires', '12h', '--subject', 'cron'], {
      JWT_SECRET: SECRET,
      JWT_ISSUER: 'me',
      JWT_AUDIENCE: 'api',
      JWT_ROLE_CLAIM: 'app.role',
    });
    expect(code).toBe(0);
    const { exp, iat } = decodeJwt(stdout.trim());
    expect((exp ?? 0) - (iat ?? 0)).toBe(43_200);
    const verify = createVerifier({ secret: SECRET, issuer: 'me', audience: 'api', roleClaim: 'app.role' });
    expect(await verify(stdout.trim())).toMatchObject({ caller: { subject: 'cron', role: 'sync' } });
  });

  it('makes the secret in DATA_DIR where none is set, readable by its owner only', async () => {
    const env = { DATA_DIR: join(directory, 'data') };
    const [first, second] = [await run(['--role', 'viewer'], env), await run(['--role', 'viewer'], env)];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect((await stat(join(directory, 'data', 'jwt-secret'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    [[], '--role must be one of'],
    [['--role', 'root'], '--role must be one of'],
    [['--role', 'viewer', '--expires', 'soon'], '--expires must be'],
    [['--role', 'viewer', '--expires', '11y'], '--expires must be'],
    [['--rolle', 'viewer'], "Unknown option '--rolle'"],
  ])('%o: exit 1 that says what to do', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('refuses to sign for another issuer', async () => {
    expect((await run(['--role', 'viewer'], { JWKS_URL: 'https://example.com/keys' })).stderr).toContain('JWKS_URL');
  });

  it.each([
    ['30m', 1_800],
    ['90d', 7_776_000],
    ['10y', 315_360_000],
    ['0d', undefined],
    ['1w', undefined],
    ['-1d', undefined],
  ])('%s is %s seconds', (text, seconds) => {
    expect(durationSeconds(text)).toBe(seconds);
  });
});
