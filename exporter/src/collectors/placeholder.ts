/**
 * Values that somebody copied from an example and never filled in: `sk_live_xxxxx`, `<your key>`, `changeme`.
 * Telling them apart from a wrong key spares the provider a request and the reader a riddle.
 */
export function looksLikePlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  return (
    /x{4,}|\*{3,}|\.{3}|…/.test(text) ||
    isTemplate(text) ||
    /(^|[^a-z])(your|my|change|replace|insert|enter|put|add)[-_ ]?(me|this|here|your|own|api|key|token|secret|project|cluster|account|supabase|weaviate|service|restricted)/.test(
      text,
    ) ||
    /(^|[^a-z])(placeholder|example|dummy|todo|redacted|changeme)([^a-z]|$)/.test(text)
  );
}

/** Names that stand in examples, ours and the providers': nobody can have a project of that name. */
const EXAMPLE_LABELS: ReadonlySet<string> = new Set([
  'your-project',
  'your-project-ref',
  'your-project-id',
  'yourproject',
  'project-ref',
  'your-cluster',
  'your-cluster-url',
  'your-instance',
  'your-weaviate-instance',
]);
/** Reserved for documentation (RFC 2606). */
const EXAMPLE_DOMAINS = /(^|\.)example(\.(com|org|net))?$/;

/**
 * Whether an address is an example that was never filled in. Names that people give their hosts say nothing:
 * `my-weaviate`, `todo-app-4711` and `my-project.dev` are real.
 */
export function looksLikePlaceholderAddress(value: string): boolean {
  const text = value.trim().toLowerCase();
  const host = (/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(text)?.[1] ?? text.split(/[/?#]/)[0] ?? '')
    .replace(/^.*@/, '')
    .replace(/:\d+$/, '');
  return (
    isTemplate(text) ||
    /[<>{}*…]|\.{3}/.test(host) ||
    host.split('.').some((label) => /^x{3,}$/.test(label) || /(^|-)x{4,}(-|$)/.test(label)) ||
    EXAMPLE_LABELS.has(host.split('.')[0] ?? '') ||
    EXAMPLE_DOMAINS.test(host)
  );
}

/**
 * Whether a key that people choose themselves is an example as a whole. Words inside say nothing: `todo-app-key-7f3a`
 * is one that somebody chose.
 */
export function looksLikePlaceholderOfOwnKey(value: string): boolean {
  const text = value.trim().toLowerCase();
  return (
    isTemplate(text) ||
    /^(x{3,}|\*{3,}|\.{3}|…|change-?_?me|replace-?_?me|placeholder|example|dummy|todo|redacted)$/.test(text) ||
    /^(your|my|insert|enter|put|add)([-_ ](your|own|here|weaviate|api|admin|secret))*[-_ ]?(key|token|secret)([-_ ]here)?$/.test(
      text,
    )
  );
}

/** `<your key>`, `${KEY}`, `{{ key }}`. */
function isTemplate(text: string): boolean {
  return /^<.*>$|^\$\{.*\}$|^\{\{.*\}\}$/.test(text);
}
