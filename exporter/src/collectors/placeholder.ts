/**
 * Values that somebody copied from an example and never filled in: `sk_live_xxxxx`, `<your key>`, `changeme`.
 * Telling them apart from a wrong key spares the provider a request and the reader a riddle.
 */
export function looksLikePlaceholder(value: string): boolean {
  const text = value.trim().toLowerCase();
  return (
    /x{4,}|\*{3,}|\.{3}|…/.test(text) ||
    /^<.*>$|^\$\{.*\}$|^\{\{.*\}\}$/.test(text) ||
    /(^|[^a-z])(your|my|change|replace|insert|enter|put|add)[-_ ]?(me|this|here|your|own|api|key|token|secret|project|cluster|account|supabase|weaviate|service|restricted)/.test(
      text,
    ) ||
    /(^|[^a-z])(placeholder|example|dummy|todo|redacted|changeme)([^a-z]|$)/.test(text)
  );
}
