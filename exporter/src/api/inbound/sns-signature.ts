import { createVerify, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { HttpProblem } from '../http/problem.ts';
import { refuse } from './delivery.ts';

const common = {
  MessageId: z.string().max(200),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
};
export const snsMessage = z.discriminatedUnion('Type', [
  z.object({ Type: z.literal('Notification'), ...common, Subject: z.string().nullish() }),
  z.object({ Type: z.literal('SubscriptionConfirmation'), ...common, SubscribeURL: z.string(), Token: z.string() }),
  z.object({ Type: z.literal('UnsubscribeConfirmation'), ...common, SubscribeURL: z.string(), Token: z.string() }),
]);
export type SnsMessage = z.output<typeof snsMessage>;

/** Reads an address of Amazon SNS that `snsUrl` accepted. */
export type FetchFromAws = (url: URL) => Promise<{ readonly ok: boolean; text(): Promise<string> }>;

const SNS_HOST = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/;
const TIMEOUT_MS = 5_000;
export const fetchFromAws: FetchFromAws = (url) =>
  fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });

/** The fields in the order in which Amazon signs them. */
const SIGNED_FIELDS: Readonly<Record<SnsMessage['Type'], readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** The text that is signed: each field that is there, a line for its name and a line for its value. Pure. */
export function textToSign(message: SnsMessage): string {
  const values = new Map(Object.entries(message));
  return SIGNED_FIELDS[message.Type]
    .flatMap((field) => {
      const value = values.get(field);
      return typeof value === 'string' ? [`${field}\n${value}\n`] : [];
    })
    .join('');
}

/** An https address on a host of Amazon SNS itself; undefined for any other. Pure. */
export function snsUrl(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  // Without another port, a user or a password.
  const isPlain = url.origin === `https://${url.hostname}` && url.username + url.password === '';
  return isPlain && SNS_HOST.test(url.hostname) ? url : undefined;
}

export type VerifySns = (message: SnsMessage, now: Date) => Promise<void>;

/** Throws a 401 where Amazon did not sign the message, a 503 where its certificate cannot be read. */
export function createSnsVerifier(fetchAws: FetchFromAws): VerifySns {
  // Amazon changes its certificate about once a year.
  let known: { readonly url: string; readonly certificate: X509Certificate } | undefined;

  async function certificateAt(url: URL): Promise<X509Certificate> {
    if (known?.url === url.href) return known.certificate;
    const pem = await textAt(url);
    const certificate = orRefuse(() => new X509Certificate(pem));
    known = { url: url.href, certificate };
    return certificate;
  }

  async function textAt(url: URL): Promise<string> {
    const answer = await fetchAws(url).catch(() => undefined);
    if (answer?.ok !== true)
      throw new HttpProblem(503, 'The certificate of Amazon SNS cannot be read at the moment.', {
        headers: { 'Retry-After': '30' },
      });
    return answer.text();
  }

  return async (message, now) => {
    const url = snsUrl(message.SigningCertURL);
    if (url?.pathname.endsWith('.pem') !== true) throw refuse('SigningCertURL is not an address of Amazon SNS.');
    const { publicKey, validFromDate, validToDate } = await certificateAt(url);
    if (now < validFromDate || now > validToDate) throw refuse('The certificate at SigningCertURL has expired.');
    const verify = createVerify(message.SignatureVersion === '2' ? 'RSA-SHA256' : 'RSA-SHA1');
    if (!orRefuse(() => verify.update(textToSign(message)).verify(publicKey, message.Signature, 'base64')))
      throw refuse('The signature is not one of Amazon SNS.');
  };
}

function orRefuse<Result>(work: () => Result): Result {
  try {
    return work();
  } catch {
    throw refuse('The signature cannot be checked with the certificate at SigningCertURL.');
  }
}
