export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that `Accept-Language` prefers among ours; English where it names none. */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], weight: Number(weight ?? 1) };
    })
    .toSorted((a, b) => b.weight - a.weight);
  for (const { language, weight } of wishes) {
    const known = LANGUAGES.find((one) => one === language);
    if (known !== undefined && weight > 0) return known;
  }
  return 'en';
}
