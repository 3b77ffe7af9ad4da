import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createLogger, runLogger } from './log.ts';
import { createRedactor } from './redaction.ts';
import { loadSettings } from '../settings/load.ts';

const SECRET = 'sk_live_p+l/a"n ted=42';

function logging(level = 'debug'): { log: ReturnType<typeof createLogger>; lines: string[] } {
  const lines: string[] = [];
  const settings = loadSettings({
    STRIPE_SECRET_KEY: SECRET,
    DATABASE_URL: 'postgres://me:hunter-two-2@db/x',
    LOG_LEVEL: level,
  });
  return { lines, log: createLogger(settings, { destination: { write: (line: string) => void lines.push(line) } }) };
}

describe('row 33: a configured secret is in no line, however it is written', () => {
  test.each([
    ['in the message', (log: ReturnType<typeof createLogger>) => log.warn(`key ${SECRET} refused`)],
    ['in a field', (log) => log.warn({ deep: { er: [SECRET] } }, 'x')],
    [
      'in an error, its stack and its cause',
      (log) => log.error({ err: new Error(`bad ${SECRET}`, { cause: new Error(SECRET) }) }, 'x'),
    ],
    [
      'escaped for a URL',
      (log) =>
        log.info(`GET /?key=${encodeURIComponent(SECRET)} and ${new URLSearchParams({ key: SECRET }).toString()}`),
    ],
    [
      'in Basic authentication',
      (log) =>
        log.info(
          `Basic ${btoa(`${SECRET}:`)} Basic ${btoa(`user:${SECRET}`)} ${btoa(`us:${SECRET}!`)} ` +
            Buffer.from(`u:${SECRET}`).toString('base64url'),
        ),
    ],
    [
      'as part of a database address',
      (log) => log.info({ url: 'postgres://me:hunter-two-2@db/x', note: 'password hunter-two-2' }),
    ],
  ] satisfies [string, (log: ReturnType<typeof createLogger>) => void][])('%s', (_name, say) => {
    const { log, lines } = logging();
    say(log);
    expect(lines).toHaveLength(1);
    const line = lines[0] ?? '';
    expect(line).toContain('[redacted]');
    for (const form of [
      SECRET,
      'p+l/a',
      encodeURIComponent(SECRET),
      'hunter-two',
      btoa(`${SECRET}:`).slice(0, 12),
      btoa(`user:${SECRET}`).slice(8, 20),
    ])
      expect(line).not.toContain(form);
    expect(() => void JSON.parse(line)).not.toThrow();
  });

  test('credentials by name, also those that were never configured', () => {
    const { log, lines } = logging();
    log.info(
      {
        headers: { authorization: 'Bearer abc' },
        request: { headers: { authorization: 'Bearer abc' } },
        password: 'abc',
      },
      'x',
    );
    expect(lines.join('')).not.toContain('abc');
  });

  test('a secret made at run time is hidden from then on; a very short one blots nothing out', () => {
    const redactor = createRedactor(['abc']);
    redactor.add('made-later');
    expect(redactor.redact('abc made-later')).toBe('abc [redacted]');
  });
});

describe('row 35', () => {
  test('a repeated failure is logged once a run, by any collector of the run; information is not cut', () => {
    const { log, lines } = logging();
    const first = runLogger(log, { runId: '1' });
    const child = first.log.child({ collector: 'stripe' });
    for (let times = 0; times < 10_000; times += 1) child.error({ err: new Error('the same') }, 'failed');
    for (let times = 0; times < 3; times += 1) child.info('page');
    expect(lines).toHaveLength(4);
    expect(first.repeated()).toBe(9_999);
    runLogger(log, { runId: '2' }).log.error({ err: new Error('the same') }, 'failed');
    expect(lines).toHaveLength(5);
  });

  test('a closed standard output does not end the process', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
      import { createLogger } from ${JSON.stringify(fileURLToPath(new URL('./log.ts', import.meta.url)))};
      import { loadSettings } from ${JSON.stringify(fileURLToPath(new URL('../settings/load.ts', import.meta.url)))};
      import { installProcessPolicy } from ${JSON.stringify(fileURLToPath(new URL('./process-policy.ts', import.meta.url)))};
      const log = createLogger(loadSettings({}));
      installProcessPolicy(log);
      process.stdin.once('data', () => {
        for (let i = 0; i < 2000; i += 1) { log.info('x'.repeat(100)); console.log('y'.repeat(100)); }
        setTimeout(() => { process.stderr.write('alive'); process.exit(0); }, 50);
      });
      process.stderr.write('ready');
    `,
      ],
      { stdio: 'pipe' },
    );
    await once(child.stderr, 'data');
    child.stdout.destroy();
    const said = once(child.stderr, 'data');
    child.stdin.end('go');
    expect(String((await said)[0])).toBe('alive');
    expect((await once(child, 'exit'))[0]).toBe(0);
  });

  test('an unhandled rejection and an uncaught exception are logged, and the process lives', async () => {
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `
      import { createLogger } from ${JSON.stringify(fileURLToPath(new URL('./log.ts', import.meta.url)))};
      import { loadSettings } from ${JSON.stringify(fileURLToPath(new URL('../settings/load.ts', import.meta.url)))};
      import { installProcessPolicy } from ${JSON.stringify(fileURLToPath(new URL('./process-policy.ts', import.meta.url)))};
      installProcessPolicy(createLogger(loadSettings({})));
      void Promise.reject('no error at all');
      setTimeout(() => { throw new Error('uncaught'); }, 5);
      setTimeout(() => { process.exit(0); }, 60);
    `,
      ],
      { stdio: 'pipe' },
    );
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += String(chunk);
    });
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(out).toMatch(/no error at all[^]*uncaught/);
  });
});
