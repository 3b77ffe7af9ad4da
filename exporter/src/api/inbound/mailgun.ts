import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { MAX_MAIL_BYTES } from '../../inbox/inbox.ts';
import { HttpProblem } from '../http/problem.ts';
import { isSame, refuse, type DeliveryWay } from './delivery.ts';
import { formFields } from './form-body.ts';

/** Mailgun repeats a delivery for eight hours; whether its signature is then a new one it does not say. */
const MAX_AGE_MS = 12 * 3_600_000;

const form = z.object({
  timestamp: z.string().regex(/^\d{10}$/),
  token: z.string().min(1).max(200),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * A Mailgun route whose address ends in `mime`, so that it posts the raw mail as `body-mime`. The signature covers
 * timestamp and token, not the mail, so a token that was used is worth nothing.
 */
export function mailgun(key: string | undefined): DeliveryWay {
  return {
    path: '/inbound/mail/mailgun/mime',
    operationId: 'deliverMailgunMail',
    summary: 'Delivers a mail by a route of Mailgun',
    description:
      'For `forward("https://…/api/v1/inbound/mail/mailgun/mime")`. `timestamp`, `token` and `signature` are checked ' +
      'with INBOUND_MAILGUN_KEY; each token counts once. 406 tells Mailgun not to try again.',
    contentType: 'multipart/form-data',
    // Text in a form may be a third longer.
    maxBytes: Math.ceil((MAX_MAIL_BYTES * 4) / 3),
    setting: 'INBOUND_MAILGUN_KEY',
    isOpen: key !== undefined,
    repeated: 'ok',
    async read({ headers, body, now }) {
      const fields = formFields(headers['content-type'] ?? '', body);
      if (fields === undefined) throw new HttpProblem(406, 'The body is not a form, as Mailgun posts it.');
      const parsed = form.safeParse(
        Object.fromEntries(['timestamp', 'token', 'signature'].map((name) => [name, fields.get(name)?.toString()])),
      );
      if (!parsed.success) throw refuse('timestamp, token and signature of Mailgun must be given.');
      const { timestamp, token, signature } = parsed.data;
      const expected = createHmac('sha256', key ?? '')
        .update(timestamp + token)
        .digest('hex');
      if (!isSame(signature, expected))
        throw refuse('The signature is not one of INBOUND_MAILGUN_KEY: take the HTTP webhook signing key.');
      if (Math.abs(now.getTime() - Number(timestamp) * 1_000) > MAX_AGE_MS) throw refuse('The timestamp is too old.');
      const mime = fields.get('body-mime');
      if (mime === undefined)
        throw new HttpProblem(406, 'There is no body-mime: the address of the route must end in /mailgun/mime.');
      return {
        mail: mime,
        once: { key: `mailgun ${token}`, expiresAt: new Date(Number(timestamp) * 1_000 + 2 * MAX_AGE_MS) },
      };
    },
  };
}
