/** The key of the text that says what is wrong with an exporter's URL; `undefined` for a valid one. */
export function urlFault(url: string): string | undefined {
  const trimmed = url.trim();
  if (trimmed === '') return 'health.url-missing';
  if (!URL.canParse(trimmed) || !/^https?:$/.test(new URL(trimmed).protocol)) return 'health.url-malformed';
  return undefined;
}
