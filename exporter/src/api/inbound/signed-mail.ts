import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { MAX_MAIL_BYTES } from '../../inbox/inbox.ts';
import { HttpProblem } from '../http/problem.ts';
import { isSame, refuse, type DeliveryWay } from './delivery.ts';

const MAX_AGE_MS = 5 * 60_000;
const TIMESTAMP = 'x-marginboard-timestamp';
const SIGNATURE = 'x-marginboard-signature';

/** The signature of a mail: HMAC-SHA-256 over the timestamp, a dot and the body, as `sha256=<hex>`. */
export function signatureOf(secret: string, timestamp: string, body: Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex')}`;
}

/** The raw mail, signed with a secret that the sender shares. */
export function signedMail(secret: string | undefined): DeliveryWay {
  return {
    path: '/inbound/mail',
    operationId: 'deliverMail',
    summary: 'Delivers a mail to the inbox',
    description:
      'The body is the mail as it is (`message/rfc822`). `X-Marginboard-Timestamp` holds the time in Unix seconds, ' +
      '`X-Marginboard-Signature` is `sha256=` and the hex HMAC-SHA-256 of the timestamp, a dot and the body with ' +
      'INBOUND_MAIL_SECRET. At most five minutes old, and each signature once.',
    contentType: 'message/rfc822',
    maxBytes: MAX_MAIL_BYTES,
    setting: 'INBOUND_MAIL_SECRET',
    isOpen: secret !== undefined,
    repeated: 'conflict',
    checkHeaders(headers, now) {
      const [type] = (headers['content-type'] ?? '').split(';');
      if (type?.trim().toLowerCase() !== 'message/rfc822')
        throw new HttpProblem(415, 'Send the mail itself, with the header "Content-Type: message/rfc822".');
      const { timestamp } = signed(headers);
      if (!isFresh(timestamp, now))
        throw refuse('X-Marginboard-Timestamp is more than five minutes from now: look at the clock of the sender.');
    },
    async read({ headers, body }) {
      const { timestamp, signature } = signed(headers);
      if (!isSame(signature, signatureOf(secret ?? '', timestamp, body)))
        throw refuse(
          'X-Marginboard-Signature is not that of this body: it is made with another secret, or over other bytes.',
        );
      return {
        mail: body,
        once: { key: `signed ${signature}`, expiresAt: new Date(Number(timestamp) * 1_000 + 2 * MAX_AGE_MS) },
      };
    },
  };
}

function signed(headers: IncomingHttpHeaders): { readonly timestamp: string; readonly signature: string } {
  const [timestamp, signature] = [headers[TIMESTAMP], headers[SIGNATURE]];
  if (typeof timestamp !== 'string' || !/^\d{10}$/.test(timestamp))
    throw refuse('X-Marginboard-Timestamp must hold the time in Unix seconds.');
  if (typeof signature !== 'string' || !/^sha256=[0-9a-f]{64}$/.test(signature))
    throw refuse('X-Marginboard-Signature must be "sha256=" and 64 hex digits.');
  return { timestamp, signature };
}

function isFresh(timestamp: string, now: Date): boolean {
  return Math.abs(now.getTime() - Number(timestamp) * 1_000) <= MAX_AGE_MS;
}
