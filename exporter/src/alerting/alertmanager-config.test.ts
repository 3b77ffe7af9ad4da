import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onPath } from '../../../provisioning/programs.ts';
import { loadAlertSettings, renderAlertmanager } from './alertmanager-config.ts';

const ALERTMANAGER = join(import.meta.dirname, '../../../provisioning/alertmanager');
const CLI = join(import.meta.dirname, '../cli/alertmanager-config.ts');
const run = promisify(execFile);
const base = await readFile(join(ALERTMANAGER, 'alertmanager.yml'), 'utf8');
const MAIL = {
  ALERT_EMAIL_TO: 'a@example.com, b@example.com',
  ALERT_EMAIL_FROM: 'm@example.com',
  ALERT_SMTP_SERVER: 'smtp.example.com:587',
  ALERT_SMTP_USERNAME: 'm',
  ALERT_SMTP_PASSWORD: `it's "quoted": {{ x }}`,
};
const ALL = {
  ...MAIL,
  ALERT_WEBHOOK_URL: 'https://hooks.example.com/x?token=secret',
  ALERT_RUNBOOK_URL: 'https://git.example.com/main',
};

const rendered = (env: Record<string, string>) => renderAlertmanager(base, loadAlertSettings(env));

describe('renderAlertmanager', () => {
  it('without settings is the file itself, and says plainly that nobody is notified', () => {
    const { config, summary } = rendered({});
    expect(config).toBe(base);
    expect(summary).toMatch(/nobody: set ALERT_EMAIL_TO .*ALERT_WEBHOOK_URL/);
  });

  it('adds mail and webhook to the one receiver, and nothing else', () => {
    const { config, summary } = rendered(ALL);
    expect(config.startsWith(base.trimEnd())).toBe(true);
    expect(load(config)).toMatchObject({
      receivers: [
        {
          name: 'operators',
          email_configs: [
            {
              to: MAIL.ALERT_EMAIL_TO,
              from: 'm@example.com',
              smarthost: 'smtp.example.com:587',
              auth_username: 'm',
              auth_password: MAIL.ALERT_SMTP_PASSWORD,
              require_tls: true,
              send_resolved: true,
            },
          ],
          webhook_configs: [{ url: ALL.ALERT_WEBHOOK_URL, send_resolved: true }],
        },
      ],
    });
    expect(summary).toBe('Alerts are sent by mail to a@example.com, b@example.com and to the webhook.');
  });

  it('keeps receivers that were written by hand, and refuses a second opinion', () => {
    const own = `${base.trimEnd()}\n    slack_configs: [{channel: x}]\n`;
    expect(renderAlertmanager(own, loadAlertSettings({})).config).toBe(own);
    expect(() => renderAlertmanager(own, loadAlertSettings(MAIL))).toThrow('receivers of its own');
  });
});

describe('the ALERT_ settings', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a recipient without a server',
      { ALERT_EMAIL_TO: 'a@example.com' },
      /ALERT_EMAIL_FROM: is missing.*\n.*ALERT_SMTP_SERVER: is missing/,
    ],
    ['no address', { ...MAIL, ALERT_EMAIL_TO: 'a@example.com; b' }, /ALERT_EMAIL_TO: must be mail addresses/],
    [
      'a server without a port',
      { ...MAIL, ALERT_SMTP_SERVER: 'smtp.example.com' },
      /ALERT_SMTP_SERVER: must be host:port/,
    ],
    ['a webhook that is none', { ALERT_WEBHOOK_URL: 'hooks.example.com' }, /ALERT_WEBHOOK_URL: must be a URL/],
    ['a typo', { ALERT_EMIAL_TO: 'a@example.com' }, /ALERT_EMIAL_TO: is no setting; did you mean ALERT_EMAIL_TO/],
  ])('%s is refused', (_, env, message) => {
    expect(() => loadAlertSettings(env)).toThrow(message);
  });

  it('come without a look at the others', () => {
    expect(loadAlertSettings({ ...MAIL, PORT: 'nonsense' }).ALERT_SMTP_TLS).toBe(true);
  });
});

describe('alertmanager-config, as compose runs it', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'marginboard-alerting-'));
    await cp(ALERTMANAGER, join(folder, 'alertmanager'), { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes what amtool accepts, for its owner only, from .env and NAME_FILE', async () => {
    await writeFile(join(folder, 'password'), 'planted-password\n');
    await writeFile(
      join(folder, '.env'),
      Object.entries({ ...ALL, ALERT_SMTP_PASSWORD: '', ALERT_SMTP_PASSWORD_FILE: join(folder, 'password') })
        .map(([name, value]) => `${name}="${value}"\n`)
        .join(''),
    );
    const { stdout } = await run(
      process.execPath,
      [CLI, join(folder, 'alertmanager', 'alertmanager.yml'), join(folder, 'rendered')],
      { cwd: folder, env: { PATH: process.env['PATH'] } },
    );
    expect(stdout).toBe('Alerts are sent by mail to a@example.com, b@example.com and to the webhook.\n');
    const path = join(folder, 'rendered', 'alertmanager.yml');
    expect(await readFile(path, 'utf8')).toContain('"auth_password":"planted-password"');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    if (onPath(['amtool'], process.env) !== undefined || process.env['CI'] === 'true')
      expect((await run('amtool', ['check-config', path])).stdout).toMatch(/2 templates\s+SUCCESS/);
  });

  it('says what is wrong instead, without the value', async () => {
    const failed = await run(process.execPath, [CLI, join(folder, 'alertmanager', 'alertmanager.yml'), folder], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ALERT_WEBHOOK_URL: 'planted' },
    }).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect(failed).toMatch(/ALERT_WEBHOOK_URL: must be a URL/);
    expect(failed).not.toMatch(/planted(?! )/);
  });
});
