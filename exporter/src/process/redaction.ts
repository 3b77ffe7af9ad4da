/** Secrets shorter than this would blot out ordinary words. */
const SHORTEST = 4;
const MASK = '[redacted]';

export interface Redactor {
  /** `text` without any known secret, in whatever form it was written. */
  redact(text: string): string;
  /** From now on hides this value too. */
  add(secret: string): void;
}

/** Hides secrets by value: plain, escaped for URLs and JSON, and inside base64 (Basic authentication). */
export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = new Set<string>();
  let pattern: RegExp | undefined;
  const add = (secret: string): void => {
    for (const form of formsOf(secret)) forms.add(form);
    // The longest first: a database URL goes whole, not just its password.
    const sources = [...forms]
      .sort((a, b) => b.length - a.length)
      .map((form) => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
    pattern = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
  };
  for (const secret of secrets) add(secret);
  return { add, redact: (text) => (pattern === undefined ? text : text.replace(pattern, MASK)) };
}

function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST) return [];
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
  ];
  return [...forms, ...base64Forms(secret)];
}

/**
 * The part of a base64 text that is the same whatever stands before and after the secret ("user:secret"), for each
 * of the three alignments, in both alphabets.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  if (bytes.length < 8) return [];
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const fixed = encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [fixed, fixed.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(fixed)];
  });
}
