import { z } from 'zod';
import { withWhole } from '../money/thresholds.ts';
import { parseMicros } from '../money/micros.ts';

export const text = z.string().trim().min(1, 'must not be empty');
export const optionalText = text.optional();

export const port = z.coerce
  .number('must be a whole number')
  .int('must be a whole number')
  .min(0)
  .max(65535, 'must be at most 65535')
  .default(9464);

export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], 'must be true or false')
    .transform((value) => ['true', '1', 'yes', 'on'].includes(value))
    .default(fallback);

/** https everywhere; plain http only to this machine, for tests and side-cars. */
export function url(protocols: readonly string[] = ['https:', 'http:']) {
  return text
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL (${protocols.map((p) => `${p}//…`).join(' or ')})`,
    )
    .refine(
      (value) => !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === ''),
      'must not contain a user name or password',
    );
}

export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** A base URL that carries a key. */
export const keyedUrl = url().refine(
  (value) => !URL.canParse(value) || new URL(value).protocol === 'https:' || LOOPBACK.test(new URL(value).hostname),
  'must be https (plain http only to this machine), since it carries a key',
);

export const postgresUrl = text.refine(
  (value) => URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol),
  'must be a postgres:// URL',
);

export const monthlyCost = text
  .refine((value) => isMoney(value), 'must be an amount such as 25.00 (no sign, no currency, at most two decimals)')
  .optional();

/** A list price with up to six decimals. */
export const unitPrice = text.regex(
  /^\d{1,6}(\.\d{1,6})?$/,
  'must be a price such as 0.12 (no sign, no currency, at most six decimals)',
);

export function isMoney(value: string): boolean {
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(value)) return false;
  return parseMicros(value) >= 0n;
}

const HOST_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** `grafana.example.com,exporter`: host names without scheme, port or path. */
export const hostNames = text
  .transform((value) => value.split(',').map((name) => name.trim()))
  .refine(
    (names) => names.every((name) => HOST_NAME.test(name) && name.length <= 253),
    'must be host names without scheme, port and path, separated by commas, such as margin.example.com,exporter',
  )
  .default([]);

export const mailAddress = /^[^\s@,<>]+@[^\s@,<>]+$/;
export const mailAddresses = text
  .refine(
    (value) => value.split(',').every((one) => mailAddress.test(one.trim())),
    'must be mail addresses, separated by commas',
  )
  .optional();

/** `user_id,account_id`: names of Stripe's metadata, at most 40 characters each. */
export const metadataKeys = text.transform((value, context) => {
  const keys = value.split(',').map((key) => key.trim());
  if (keys.every((key) => key.length >= 1 && key.length <= 40)) return [...new Set(keys)];
  context.addIssue({ code: 'custom', message: 'must be names of metadata, separated by commas, such as user_id' });
  return z.NEVER;
});

/** `all=900@50/80,llm=300`: monthly budgets by provider, with thresholds in percent beside 100. */
export const budgets = text
  .transform((value, context) => {
    const found = new Map<string, { monthUsd: string; thresholds?: readonly number[] }>();
    for (const part of value.split(',')) {
      const [, provider, monthUsd, percents] =
        /^\s*([a-z0-9][a-z0-9_-]{0,62})\s*=\s*(\d{1,9}(?:\.\d{1,2})?)(?:@([1-9]\d{0,2}(?:\/[1-9]\d{0,2}){0,8}))?\s*$/.exec(
          part,
        ) ?? [];
      if (provider === undefined || monthUsd === undefined || parseMicros(monthUsd) === 0n || found.has(provider)) {
        context.addIssue({
          code: 'custom',
          message:
            'must be amounts above 0 by provider, each provider once, such as all=900,llm=300.50 (all: the whole), each ' +
            'with up to nine thresholds in percent, such as all=900@50/80',
        });
        return z.NEVER;
      }
      found.set(provider, {
        monthUsd,
        ...(percents === undefined ? {} : { thresholds: withWhole(percents.split('/').map(Number)) }),
      });
    }
    return [...found].map(([provider, budget]) => ({ provider, ...budget }));
  })
  .optional();
