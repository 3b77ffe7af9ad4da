/**
 * Vendors and invoice numbers as they are compared: people type "Supabase Pte Ltd" and "inv 17" where the document
 * prints "supabase" and "INV-17".
 */
import { COLLECTOR_NAMES, PROVIDERS } from '../contract/providers.ts';
import { VENDORS } from '../contract/vendors.ts';

const LEGAL_FORMS = new Set(
  (
    'inc incorporated llc lp llp ltd limited pte pty gmbh ag kg ug se sas sasu sarl sa bv nv pbc corp corporation co ' +
    'company oy ab as aps srl spa plc'
  ).split(' '),
);

/** What the vendors' invoices print as the seller, without the legal form, letters and digits only. */
const LEGAL_NAMES: Readonly<Record<string, readonly string[]>> = {
  openai: ['openaiopco', 'openaiireland'],
  anthropic: ['anthropicireland'],
  mistral: ['mistralai'],
  cohere: ['cohereai'],
  together: ['togethercomputer'],
  perplexity: ['perplexityai'],
  hetzner: ['hetzneronline', 'hetznerfinland'],
  'grafana-labs': ['raintank', 'raintankdbagrafanalabs'],
  sentry: ['functionalsoftware', 'functionalsoftwaredbasentry'],
  weaviate: ['semitechnologies'],
  twilio: ['twilioireland'],
};

/** Names that are words: "Mistral Ltd" may sell windows, so that only the bare name means the vendor known here. */
const COMMON_WORDS: ReadonlySet<string> = new Set(['mistral', 'together', 'fireworks', 'sentry', 'perplexity']);

const KNOWN: ReadonlyMap<string, string> = new Map([
  ...COLLECTOR_NAMES.flatMap((name) =>
    [name, PROVIDERS[name].title, ...PROVIDERS[name].aliases].map((text) => [letters(text), name] as const),
  ),
  ...Object.entries(VENDORS).flatMap(([name, { title }]) =>
    [name, title].map((text) => [letters(text), name] as const),
  ),
  ...Object.entries(LEGAL_NAMES).flatMap(([name, printed]) => printed.map((text) => [text, name] as const)),
]);

/**
 * The provider that a typed name means: `openai` for "OpenAI LLC", `digital_ocean` for "Digital Ocean". A vendor that
 * is not known stays as it was typed, in lower case with hyphens. Not checked: the schema of the field does that.
 */
export function canonicalProvider(typed: string): string {
  const plain = withoutAccents(typed).trim().toLowerCase();
  return (
    knownAs(plain) ??
    plain
      .replaceAll(/[,()&'’"]+/g, ' ')
      .trim()
      .replaceAll(/[ .]+/g, '-')
      .replace(/-+$/, '')
  );
}

/** Equal for two spellings of one vendor; "acme-inc" and "Acme" are one. */
export function vendorKey(provider: string): string {
  const plain = withoutAccents(provider).trim().toLowerCase();
  const words = wordsOf(plain).join('');
  return knownAs(plain) ?? (COMMON_WORDS.has(words) ? letters(plain) : words || plain);
}

/** Equal for two spellings of one number: case, blanks and hyphens do not count. The same as SQL's `invoice_number_key`. */
export function numberKey(number: string): string {
  return number.replaceAll(/[\s-]/g, '').toLowerCase() || number;
}

/** One kind of blank and hyphen, so that what is stored can be compared and searched for. */
export function plainNumber(number: string): string {
  return number
    .replaceAll(/[\u00ad\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function knownAs(plain: string): string | undefined {
  const exact = KNOWN.get(letters(plain));
  if (exact !== undefined) return exact;
  const found = KNOWN.get(wordsOf(plain).join(''));
  return found !== undefined && COMMON_WORDS.has(wordsOf(plain).join('')) ? undefined : found;
}

/** Without the legal form at the end: "openai, l.l.c." → ["openai"]. */
function wordsOf(plain: string): string[] {
  const words = plain
    .replaceAll(/\b([a-z])\.(?=[a-z]\b)/g, '$1')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) ?? '')) words.pop();
  return words;
}

function letters(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '');
}
