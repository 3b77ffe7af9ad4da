import { z } from 'zod';
import { HttpProblem } from '../http/problem.ts';
import { jsonOf, refuse, type Delivery, type DeliveryWay } from './delivery.ts';
import { createSnsVerifier, snsMessage, snsUrl, type FetchFromAws } from './sns-signature.ts';

/** SNS repeats a delivery for an hour, and longer where its policy says so. */
const MAX_AGE_MS = 24 * 3_600_000;
/** SES publishes mails of at most 150 kB. */
const MAX_BYTES = 1024 * 1024;

const received = z.object({
  notificationType: z.literal('Received'),
  content: z.string().min(1),
  receipt: z.object({ action: z.object({ encoding: z.string().optional() }) }),
});

/** Mails that Amazon SES publishes to a topic of SNS, whole. */
export function ses(topicArn: string | undefined, fetchAws: FetchFromAws): DeliveryWay {
  const verify = createSnsVerifier(fetchAws);

  async function subscribe(address: string): Promise<undefined> {
    const url = snsUrl(address);
    if (url === undefined) throw refuse('SubscribeURL is not an address of Amazon SNS.');
    const answer = await fetchAws(url).catch(() => undefined);
    if (answer?.ok !== true)
      throw new HttpProblem(503, 'The subscription could not be confirmed at the moment.', {
        headers: { 'Retry-After': '30' },
      });
  }

  return {
    path: '/inbound/mail/ses',
    operationId: 'deliverSesMail',
    summary: 'Delivers a mail that Amazon SES published to SNS',
    description:
      'Subscribe this address (https) to the topic INBOUND_SES_TOPIC_ARN; the subscription is confirmed by itself. ' +
      'Every message is checked against the certificate of Amazon SNS, and counts once.',
    contentType: 'text/plain',
    maxBytes: MAX_BYTES,
    setting: 'INBOUND_SES_TOPIC_ARN',
    isOpen: topicArn !== undefined,
    repeated: 'ok',
    async read({ body, now }) {
      const parsed = snsMessage.safeParse(jsonOf(body));
      if (!parsed.success) throw new HttpProblem(400, 'The body is not a message of Amazon SNS.');
      const message = parsed.data;
      // Anybody with an account has a topic whose messages Amazon signs.
      if (message.TopicArn !== topicArn) throw refuse('The message is not of the topic INBOUND_SES_TOPIC_ARN.');
      await verify(message, now);
      const sentAt = Date.parse(message.Timestamp);
      if (Math.abs(now.getTime() - sentAt) > MAX_AGE_MS) throw refuse('The message is more than a day old.');
      if (message.Type === 'SubscriptionConfirmation') return subscribe(message.SubscribeURL);
      if (message.Type === 'UnsubscribeConfirmation') return undefined;
      return {
        mail: mailOf(message.Message),
        once: { key: `sns ${message.MessageId}`, expiresAt: new Date(sentAt + 2 * MAX_AGE_MS) },
      } satisfies Delivery;
    },
  };
}

function mailOf(text: string): Buffer {
  const parsed = received.safeParse(jsonOf(Buffer.from(text)));
  if (!parsed.success)
    throw new HttpProblem(
      422,
      'The notification holds no mail: publish it by the action "Publish to Amazon SNS topic" of the receipt rule.',
    );
  const { content, receipt } = parsed.data;
  return Buffer.from(content, receipt.action.encoding?.toUpperCase() === 'BASE64' ? 'base64' : 'utf8');
}
