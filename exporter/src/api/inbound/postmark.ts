import { z } from 'zod';
import { MAX_MAIL_BYTES } from '../../inbox/inbox.ts';
import { HttpProblem } from '../http/problem.ts';
import { isSame, jsonOf, refuse, type DeliveryWay } from './delivery.ts';

const message = z.object({ RawEmail: z.string().min(1) });

/**
 * Postmark signs nothing: it sends the user and password of the webhook's address. Repeated deliveries are known by
 * the mail itself.
 */
export function postmark(secret: string | undefined): DeliveryWay {
  return {
    path: '/inbound/mail/postmark',
    operationId: 'deliverPostmarkMail',
    summary: "Delivers a mail by Postmark's inbound webhook",
    description:
      'For the address `https://postmark:<INBOUND_MAIL_SECRET>@…/api/v1/inbound/mail/postmark`, with "Include raw email ' +
      'content in JSON payload" switched on.',
    contentType: 'application/json',
    // The raw mail in JSON beside the parsed one.
    maxBytes: MAX_MAIL_BYTES * 3,
    setting: 'INBOUND_MAIL_SECRET',
    isOpen: secret !== undefined,
    repeated: 'ok',
    checkHeaders(headers) {
      const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(headers.authorization ?? '') ?? [];
      const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
      if (!isSame(password ?? '', secret ?? ''))
        throw refuse('The password in the address of the webhook must be INBOUND_MAIL_SECRET.', {
          'WWW-Authenticate': 'Basic realm="marginboard"',
        });
    },
    async read({ body }) {
      const parsed = message.safeParse(jsonOf(body));
      if (!parsed.success)
        throw new HttpProblem(
          422,
          'There is no RawEmail: switch on "Include raw email content in JSON payload" of the inbound stream.',
        );
      return { mail: Buffer.from(parsed.data.RawEmail), once: null };
    },
  };
}
