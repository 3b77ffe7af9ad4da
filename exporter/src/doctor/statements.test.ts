import { describe, expect, it } from 'vitest';
import { EXIM, startExim } from '../../test/exim.ts';
import { loadSettings } from '../settings/load.ts';
import { examineStatements } from './statements.ts';

const MAIL = { SMTP_FROM: 'a@example.com', STATEMENT_MAIL_TO: 'b@example.com' };

describe('what the doctor says about sending statements', () => {
  it('is nothing without settings, and a setting without its companions ends the start', async () => {
    expect(await examineStatements(loadSettings({}))).toEqual([]);
    expect(() => loadSettings({ STATEMENT_MAIL_TO: 'b@example.com' })).toThrow(/SMTP_URL: is missing/);
    expect(() => loadSettings({ ...MAIL, SMTP_URL: 'https://smtp.example.com' })).toThrow(/SMTP_URL: must be smtp/);
  });

  it.skipIf(EXIM === undefined && process.env['CI'] !== 'true')('is that the mail server takes mail', async () => {
    const exim = await startExim();
    expect(await examineStatements(loadSettings({ ...MAIL, SMTP_URL: exim.url }))).toEqual([
      { check: 'SMTP_URL', ok: true, message: `${new URL(exim.url).host} takes mail` },
    ]);
    await exim.close();
  });

  it('names the server that cannot be reached, without its password', async () => {
    const [finding] = await examineStatements(loadSettings({ ...MAIL, SMTP_URL: 'smtp://me:pl4nted@127.0.0.1:9' }));
    expect(finding).toMatchObject({ check: 'SMTP_URL', ok: false, remedy: expect.stringContaining('host and port') });
    expect(JSON.stringify(finding)).not.toContain('pl4nted');
  });

  it('is a warning where nobody would get the mail', async () => {
    expect(await examineStatements(loadSettings({ SMTP_URL: 'smtp://127.0.0.1:9' }))).toMatchObject([
      { check: 'SMTP_URL', ok: 'warning' },
    ]);
  });
});
