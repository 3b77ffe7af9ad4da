import { z } from 'zod';
import { CollectorError } from '../errors.ts';
import { retryAfterSeconds } from '../http.ts';
import { classifyUnknown } from '../retry.ts';

/** What is read, how a person calls it, and the permission that a restricted key needs for it. */
export const RESOURCES = {
  subscriptions: { title: 'subscriptions', permission: 'Subscriptions' },
  invoices: { title: 'invoices', permission: 'Invoices' },
  creditNotes: { title: 'credit notes', permission: 'Credit notes' },
  balanceTransactions: { title: 'balance transactions', permission: 'Balance transactions' },
  prices: { title: 'prices', permission: 'Prices' },
  coupons: { title: 'coupons', permission: 'Coupons' },
  customers: { title: 'customers', permission: 'Customers' },
  charges: { title: 'charges', permission: 'Charges and Refunds' },
  refunds: { title: 'refunds', permission: 'Charges and Refunds' },
  disputes: { title: 'disputes', permission: 'Disputes' },
  creditGrants: { title: 'billing credits', permission: 'Billing credits' },
  invoicePayments: { title: 'invoice payments', permission: 'Invoices' },
} as const;

export type Resource = keyof typeof RESOURCES;

const answer = z.object({
  error: z.object({
    type: z.string().nullish(),
    code: z.string().nullish(),
    message: z.string().nullish(),
    param: z.string().nullish(),
  }),
});

/** A 403 that is about the address or the account, and not about a permission of the key. */
const ADDRESS = /\bIP[ -]address|\ballow ?-?list/i;
const ACCOUNT =
  /access to account|that account does not exist|access may have been revoked|account[^.]{0,80}(?:been |is )(?:deleted|closed|rejected|restricted|deactivated)/i;
const ACCOUNT_CODES: ReadonlySet<string> = new Set(['account_invalid', 'account_closed', 'platform_account_required']);

/**
 * A refusal by status. Stripe's own message stays out of ours: it may hold a part of the key; only what is needed
 * to mend it (the permission, the error code) is taken from it.
 */
export function errorOfAnswer(resource: Resource, status: number, headers: Headers, text: string): CollectorError {
  const { title, permission } = RESOURCES[resource];
  const said = saidBy(text);
  const base = { status, retryAfterSeconds: retryAfterSeconds(headers.get('retry-after')) };
  if (status === 401) {
    return said.code === 'api_key_expired' || /expired/i.test(said.message)
      ? new CollectorError(
          'auth',
          'expired_key',
          'Stripe: the key in STRIPE_SECRET_KEY has expired or was rolled (401); create a new one at https://dashboard.stripe.com/apikeys',
          base,
        )
      : new CollectorError(
          'auth',
          'invalid_key',
          'Stripe: the key in STRIPE_SECRET_KEY was refused (401); it was revoked or mistyped, copy it again from https://dashboard.stripe.com/apikeys',
          base,
        );
  }
  if (status === 403 && ADDRESS.test(said.message))
    return new CollectorError(
      'auth',
      'address_refused',
      `Stripe: the key in STRIPE_SECRET_KEY may not be used from this address (403, asked for ${title}); add the address that this server has towards the internet to the IP restrictions of the key at https://dashboard.stripe.com/apikeys`,
      base,
    );
  if (status === 403 && (ACCOUNT_CODES.has(said.code) || ACCOUNT.test(said.message)))
    return new CollectorError(
      'auth',
      'account_refused',
      `Stripe: the account of the key in STRIPE_SECRET_KEY cannot be read (403, asked for ${title}); it was closed or restricted, or access to it was revoked: look at https://dashboard.stripe.com`,
      base,
    );
  if (status === 403) {
    const name = /'(rak_\w+|\w+_read)'/.exec(said.message)?.[1];
    const wanted = name === undefined ? `"${permission}: read"` : `${name} ("${permission}: read")`;
    return new CollectorError(
      'auth',
      'missing_permission',
      `Stripe: the key in STRIPE_SECRET_KEY may not read ${title} (403); it lacks the permission ${wanted}`,
      base,
    );
  }
  if (status === 404)
    return new CollectorError(
      'upstream',
      'not_found',
      `Stripe: ${title} were not found (404); is STRIPE_API_URL right?`,
      { ...base, retryable: false },
    );
  // Another request holds the object: it passes by itself, whatever the status.
  if (said.code === 'lock_timeout')
    return new CollectorError(
      'rate_limited',
      'rate_limited',
      `Stripe: ${title} are locked by another request (${status}, lock_timeout)`,
      base,
    );
  if (status === 429)
    return new CollectorError('rate_limited', 'rate_limited', `Stripe: too many requests for ${title} (429)`, base);
  if (status >= 300 && status < 400)
    return new CollectorError(
      'bad_payload',
      'bad_response',
      `Stripe: ${title} answered with a redirect (${status}), which is not followed, as it would carry the key along`,
      { ...base, retryable: false },
    );
  const detail = said.code === '' ? '' : ` (${said.code}${said.param === '' ? '' : `: ${said.param}`})`;
  return new CollectorError('upstream', 'api_error', `Stripe: ${title} answered ${status}${detail}`, {
    ...base,
    retryable: status >= 500,
  });
}

/**
 * Refused for good, however often it is asked: no permission (403), an endpoint or object that is not there (404), a
 * request that this server does not take (400). It costs the figures behind it, and nothing else.
 */
export function isRefused(error: unknown): error is CollectorError {
  return (
    error instanceof CollectorError &&
    (error.reason === 'missing_permission' || error.reason === 'not_found' || error.status === 400)
  );
}

/** What the SDK threw by itself: `guardedFetch` has classified everything that came over the network. */
export function classifyStripe(error: unknown): CollectorError {
  if (error instanceof CollectorError) return error;
  const type = sdkType(error);
  if (type === 'StripeConnectionError')
    return new CollectorError('network', 'network', 'Stripe: the connection failed', { cause: error });
  if (type !== undefined) return new CollectorError('upstream', 'api_error', `Stripe: ${type}`, { cause: error });
  if (isFailedCoercion(error))
    return new CollectorError(
      'bad_payload',
      'bad_response',
      'Stripe answered with a decimal amount that is not a number',
      { cause: error },
    );
  return classifyUnknown(error);
}

/** The SDK turns decimal strings into objects and throws on the first that is not a number; its message quotes it. */
export function isFailedCoercion(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Failed to coerce');
}

/** The class of an SDK error, by its `type`: the SDK itself is loaded at its first use only. */
function sdkType(error: unknown): string | undefined {
  return error instanceof Error &&
    'type' in error &&
    typeof error.type === 'string' &&
    /^Stripe\w{1,60}$/.test(error.type)
    ? error.type
    : undefined;
}

function saidBy(text: string): { code: string; message: string; param: string } {
  try {
    const { error } = answer.parse(JSON.parse(text));
    // Words of Stripe's own vocabulary only: a proxy might echo anything, a key included.
    const plain = (value: string | null | undefined): string =>
      value && /^[a-z_.[\]]{1,60}$/.test(value) && !/^[a-z]k_/.test(value) ? value : '';
    return { code: plain(error.code ?? error.type), message: error.message ?? '', param: plain(error.param) };
  } catch {
    return { code: '', message: '', param: '' };
  }
}
