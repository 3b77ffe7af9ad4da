const LONGEST = 120;

/**
 * A label value that any scraper and dashboard can stand: control characters become spaces, blanks at the ends go,
 * and what is too long is cut. Quotes, commas and the like stay: the exposition format escapes them.
 */
export function cleanLabel(value: string): string {
  const clean = [...value]
    .map((char) => ((char.codePointAt(0) ?? 0) < 32 || char === '\u007f' ? ' ' : char))
    .join('')
    .trim();
  const characters = [...clean];
  return characters.length <= LONGEST ? clean || 'unknown' : `${characters.slice(0, LONGEST - 1).join('')}…`;
}
