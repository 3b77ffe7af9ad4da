import { folded } from './text.ts';

/** Vendors by what their invoices print, and the provider they are in the ledger. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/\bsupabase\b/, 'supabase'],
  [/\bweaviate\b|\bsemi technologies\b/, 'weaviate'],
  [/\bdigital ?ocean\b/, 'digital_ocean'],
  [/\btwilio\b/, 'twilio'],
  [/\bopenai\b/, 'openai'],
  [/\banthropic\b/, 'anthropic'],
  [/\bmistral\b/, 'mistral'],
  [/\bcohere\b/, 'cohere'],
  [/\bgroq\b/, 'groq'],
  [/\bdeepseek\b/, 'deepseek'],
  [/\bopenrouter\b/, 'openrouter'],
  [/\bperplexity\b/, 'perplexity'],
  [/\btogether (?:ai|computer)\b/, 'together'],
  [/\bfireworks(?:\.ai| ai)\b/, 'fireworks'],
  [/\bvercel\b/, 'vercel'],
  [/\bgithub\b/, 'github'],
  [/\bcloudflare\b/, 'cloudflare'],
  [/\bhetzner\b/, 'hetzner'],
  [/\bnetlify\b/, 'netlify'],
  [/\bgrafana labs\b|\braintank\b/, 'grafana-labs'],
  [/\bsentry\b|\bfunctional software\b/, 'sentry'],
];
const LEGAL_FORM =
  /[ ,]+(?:inc|llc|ltd|limited|pte|pty|gmbh|ag|sas|sasu|sarl|sa|bv|b\.v|nv|pbc|corp|corporation|co|oy|ab|srl|spa|plc|company)\.?$/;

export function knownProvider(text: string): string | undefined {
  const plain = folded(text);
  return KNOWN.find(([pattern]) => pattern.test(plain))?.[1];
}

/** A short name for a vendor that is not known: "Acme Widgets, Inc." becomes `acme-widgets`. */
export function vendorSlug(vendor: string): string | undefined {
  let plain = folded(vendor).trim();
  while (LEGAL_FORM.test(plain)) plain = plain.replace(LEGAL_FORM, '');
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return slug === '' ? undefined : slug;
}
