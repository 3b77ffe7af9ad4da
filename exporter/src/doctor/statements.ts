import type { Finding } from '../collectors/contract.ts';
import { channelsOf } from '../months/delivery/channels.ts';
import { mailTransport } from '../months/delivery/send-mail.ts';
import type { Settings } from '../settings/schema.ts';

/** Whether the statements of months can be sent: the mail server is asked, and nothing is sent. */
export async function examineStatements(settings: Settings): Promise<Finding[]> {
  const channels = channelsOf(settings);
  const { SMTP_URL: smtp, STATEMENT_MAIL_TO: to } = settings;
  const others = [...channels.keys()]
    .filter((channel) => channel !== 'mail')
    .map((channel): Finding => ({ check: `STATEMENT_${channel.toUpperCase()}_URL`, ok: true, message: 'is set' }));
  if (smtp === undefined) return others;
  if (to === undefined)
    return [
      {
        check: 'SMTP_URL',
        ok: 'warning',
        message: 'nobody gets a mail',
        remedy: 'set STATEMENT_MAIL_TO to who should get the statement of each month',
      },
      ...others,
    ];
  return [await examineMailServer(smtp), ...others];
}

async function examineMailServer(smtp: string): Promise<Finding> {
  const { host } = new URL(smtp);
  const transport = mailTransport(smtp);
  try {
    await transport.verify();
    return { check: 'SMTP_URL', ok: true, message: `${host} takes mail` };
  } catch (error) {
    return {
      check: 'SMTP_URL',
      ok: false,
      message: `${host}: ${error instanceof Error ? error.message : String(error)}`,
      remedy: remedyOf(error),
    };
  } finally {
    transport.close();
  }
}

function remedyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EAUTH') return 'correct user and password in SMTP_URL; many providers want a password for apps';
  if (code === 'ETLS' || (error instanceof Error && /certificate|STARTTLS/i.test(error.message)))
    return 'the server has to offer TLS with a valid certificate: smtp:// on port 587, smtps:// on port 465';
  return 'correct host and port in SMTP_URL: smtp:// on port 587, smtps:// on port 465';
}
