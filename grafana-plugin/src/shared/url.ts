/** What is wrong with an exporter's address: a key of the texts; `undefined` when nothing is. */
export function urlFault(url: string): string | undefined {
  const trimmed = url.trim();
  if (trimmed === '') return 'health.url-missing';
  if (!URL.canParse(trimmed) || !/^https?:$/.test(new URL(trimmed).protocol)) return 'health.url-malformed';
  return undefined;
}
