import { Router, raw, type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { API_BASE } from '../../contract/datasets.ts';
import { ImportRefused, REFUSALS } from '../../imports/refusal.ts';
import type { Inbox } from '../../inbox/inbox.ts';
import type { ApiDeps } from '../deps.ts';
import type { AuditTrail } from '../http/audit.ts';
import { passes } from '../http/middleware.ts';
import { nameRoute } from '../http/observe.ts';
import { HttpProblem } from '../http/problem.ts';
import type { Delivery, DeliveryWay } from './delivery.ts';
import { mailgun } from './mailgun.ts';
import { postmark } from './postmark.ts';
import { ses } from './ses.ts';
import { signedMail } from './signed-mail.ts';
import { fetchFromAws } from './sns-signature.ts';
import { assertUnused, UsedBefore, useOnce } from './used-deliveries.ts';

export interface InboundMail {
  readonly deps: Pick<ApiDeps, 'settings' | 'pool' | 'clock' | 'fetchFromAws'>;
  readonly inbox: Pick<Inbox, 'storeMail'>;
  readonly limitFailures: RequestHandler;
  readonly limitWrites: RequestHandler;
  readonly audit: Pick<AuditTrail, 'add'>;
}

export const deliveryAnswer = z.object({
  id: z.string().nullable().meta({ description: 'Of the stored mail; null where there was none to store.' }),
  outcome: z
    .enum(['new', 'copy', 'known', 'repeated', 'nothing'])
    .meta({ description: '`known`, `repeated`: it was stored before. `nothing`: the request carried no mail.' }),
});
type DeliveryAnswer = z.output<typeof deliveryAnswer>;

export function deliveryWays({
  settings,
  fetchFromAws: fetchAws,
}: Pick<ApiDeps, 'settings' | 'fetchFromAws'>): DeliveryWay[] {
  return [
    signedMail(settings.INBOUND_MAIL_SECRET),
    mailgun(settings.INBOUND_MAILGUN_KEY),
    postmark(settings.INBOUND_MAIL_SECRET),
    ses(settings.INBOUND_SES_TOPIC_ARN, fetchAws ?? fetchFromAws),
  ];
}

/** A body is read before its signature can be checked: so many at once, of up to 75 MB each, are all that it may cost. */
export const MAX_BODIES = 4;

/**
 * Mails over HTTP. No token of the API opens these, since a mail provider has none: each way has the authenticity that
 * its provider documents.
 */
export function inboundMailRoutes(parts: InboundMail): Router {
  const router = Router({ caseSensitive: true });
  const withBody = limitedTo(MAX_BODIES);
  for (const way of deliveryWays(parts.deps)) {
    const readBody = raw({ type: () => true, limit: way.maxBytes, inflate: false });
    router.post(API_BASE + way.path, async (request, response) => {
      nameRoute(response, API_BASE + way.path);
      response.set('Cache-Control', 'no-store');
      const answer = await deliver({ ...parts, withBody }, way, readBody, request, response);
      response.json(answer satisfies DeliveryAnswer);
    });
    router.all(API_BASE + way.path, (_request, response) => {
      nameRoute(response, API_BASE + way.path);
      throw new HttpProblem(405, 'Use POST here.', { headers: { Allow: 'POST' } });
    });
  }
  return router;
}

type Limited = <T>(read: () => Promise<T>) => Promise<T>;

/** Runs at most so many at once; refuses more of them with a 503. */
function limitedTo(most: number): Limited {
  let running = 0;
  return async (read) => {
    if (running >= most)
      throw new HttpProblem(503, `${most} mails are being received already; send this one again.`, {
        headers: { 'Retry-After': '30' },
      });
    running++;
    try {
      return await read();
    } finally {
      running--;
    }
  };
}

async function deliver(
  { deps, inbox, limitFailures, limitWrites, audit, withBody }: InboundMail & { readonly withBody: Limited },
  way: DeliveryWay,
  readBody: RequestHandler,
  request: Request,
  response: Response,
): Promise<DeliveryAnswer> {
  if (!way.isOpen)
    throw new HttpProblem(404, `No mail is taken here while ${way.setting} is not set; docs/inbox.md says how.`);
  const known = { isGenuine: false };
  response.once('close', () =>
    audit.add({
      at: new Date(),
      subject: known.isGenuine ? `inbound mail (${way.operationId})` : null,
      role: null,
      tokenId: null,
      method: 'POST',
      route: way.path,
      target: null,
      status: response.headersSent ? response.statusCode : 499,
    }),
  );
  const now = await deps.clock.now();
  let delivery: Delivery | undefined;
  try {
    way.checkHeaders?.(request.headers, now);
    delivery = await withBody(async () => {
      await passes(readBody, request, response);
      const body: unknown = request.body;
      return way.read({ headers: request.headers, body: Buffer.isBuffer(body) ? body : Buffer.alloc(0), now });
    });
  } catch (error) {
    if (error instanceof HttpProblem && error.status === 401) await passes(limitFailures, request, response);
    throw error;
  }
  known.isGenuine = true;
  await passes(limitWrites, request, response);
  return delivery === undefined ? { id: null, outcome: 'nothing' } : store({ deps, inbox }, way, delivery, now);
}

async function store(
  { deps, inbox }: Pick<InboundMail, 'deps' | 'inbox'>,
  way: DeliveryWay,
  delivery: Delivery,
  now: Date,
): Promise<DeliveryAnswer> {
  try {
    await assertUnused(deps.pool, delivery);
    return await inbox.storeMail({
      source: 'webhook',
      bytes: delivery.mail,
      location: null,
      receivedAt: now,
      alongside: (tx) => useOnce(tx, delivery, now),
    });
  } catch (error) {
    if (error instanceof UsedBefore) {
      if (way.repeated === 'ok') return { id: null, outcome: 'repeated' };
      throw new HttpProblem(409, 'This request was received before; sign the mail again to send it once more.');
    }
    if (error instanceof ImportRefused)
      throw new HttpProblem(REFUSALS[error.code], error.message, {
        ...(error.code === 'busy' ? { headers: { 'Retry-After': '30' } } : {}),
      });
    throw error;
  }
}
