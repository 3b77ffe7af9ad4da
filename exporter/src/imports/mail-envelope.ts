import { createHash } from 'node:crypto';
import type { Email } from 'postal-mime';
import type { MailEnvelope } from './envelope-schema.ts';
import { cleaned } from './text.ts';

const MAX_SUBJECT = 500;
const MAX_ADDRESS = 320;
const MAX_HEADERS = 200;

/** Headers that say which way a mail went and what servers think of it. */
const TRACE = ['received', 'authentication-results'];

/** Who sent a mail and when, the trace that it left, and a hash of what it says. Pure. */
export function envelopeOf(mail: Email): MailEnvelope {
  const froms = mail.headers.filter(({ key }) => key === 'from');
  const from = froms.length === 1 && !hasSeveralAddresses(froms[0]?.value ?? '') ? (mail.from?.address ?? null) : null;
  const sent = mail.date === undefined ? NaN : Date.parse(mail.date);
  return {
    messageId: mail.messageId?.slice(0, MAX_SUBJECT) ?? null,
    from: from?.includes('@') !== true ? null : cleaned(from).slice(0, MAX_ADDRESS),
    subject: mail.subject === undefined ? null : cleaned(mail.subject).slice(0, MAX_SUBJECT),
    sentAt: Number.isNaN(sent) ? null : new Date(sent).toISOString(),
    trace: mail.headers
      .filter(({ key }) => TRACE.includes(key))
      .slice(0, MAX_HEADERS)
      .map(({ key, value }) => ({ name: key, value })),
    sha256: hashOf(mail),
  };
}

/** A comma, or a second address, outside of quotes and comments. */
function hasSeveralAddresses(header: string): boolean {
  const plain = header.replaceAll(/"(?:[^"\\]|\\.)*"|\([^()]*\)/g, '');
  return plain.includes(',') || plain.split('@').length > 2;
}

/**
 * Two mails are the same where sender, date, subject, texts and attachments are: a vendor that writes the same words
 * every month does so at another time.
 */
function hashOf({ from, date, subject, text, html, attachments }: Email): string {
  const hash = createHash('sha256');
  const parts = attachments.map(({ mimeType, content }) => [
    mimeType,
    createHash('sha256')
      .update(typeof content === 'string' ? content : new Uint8Array(content))
      .digest('hex'),
  ]);
  const words = [text, html].map((one) => one?.replaceAll(/\s+/g, ' ').trim() ?? null);
  hash.update(JSON.stringify([from?.address?.toLowerCase() ?? null, date ?? null, subject ?? null, words, parts]));
  return hash.digest('hex');
}
