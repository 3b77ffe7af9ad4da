/** "50, 80" as numbers; undefined where it is not whole percents from 1 to 999. An empty text is no threshold of its own. */
export function parseThresholds(typed: string): readonly number[] | undefined {
  const parts = typed.split(/[\s,;%]+/).filter((part) => part !== '');
  return parts.every((part) => /^[1-9]\d{0,2}$/.test(part)) && parts.length <= 10 ? parts.map(Number) : undefined;
}
