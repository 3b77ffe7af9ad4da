/** A printed number is its digits with whatever separates them; nothing shorter than the whole is ever read. */
export const NUMBER_RUN = /(?<!\p{Nd})\d+(?:[ .,'’]\d+)*(?!\p{Nd})/gu;

const WESTERN = /^\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})*$/;
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}$/;
const MAX_WHOLE_DIGITS = 12;
const MAX_DECIMALS = 12;

/**
 * A printed number as a plain decimal: "1,234.56", "1 234,56", "1.234,56", "1'234.56", "1,23,456.00", "0.01344".
 * Undefined where two readings are possible ("1.234" dollars) or the groups are wrong ("12,34,5").
 * `digits` are the currency's decimals by ISO 4217; `signBefore` says that its sign stands before the number, as English
 * prints it: a comma then separates thousands.
 */
export function decimalOf(printed: string, digits: number, signBefore = false): string | undefined {
  const text = printed.replaceAll('’', "'");
  const separators = text.match(/[ .,']/g) ?? [];
  const mark = separators.at(-1);
  if (mark === undefined) return wholeOf(text);
  const at = text.lastIndexOf(mark);
  const [head, tail] = [text.slice(0, at), text.slice(at + 1)];
  const decimalMark = mark === '.' || mark === ',';
  if (separators.length > 1) {
    if (separators.every((one) => one === mark)) return wholeOf(text);
    return decimalMark && !head.includes(mark) ? withDecimals(head, tail) : undefined;
  }
  if (!decimalMark) return wholeOf(text);
  if (tail.length !== 3 || head.length > 3 || /^0+$/.test(head)) return withDecimals(head, tail);
  if (digits === 3) return mark === '.' ? withDecimals(head, tail) : undefined;
  if (digits === 0 || (mark === ',' && signBefore)) return wholeOf(text);
  return undefined;
}

function withDecimals(head: string, tail: string): string | undefined {
  const whole = wholeOf(head);
  return whole === undefined || tail.length > MAX_DECIMALS ? undefined : `${whole}.${tail}`;
}

/** Plain digits, or groups of one kind. */
function wholeOf(text: string): string | undefined {
  if (!/^\d+$/.test(text) && !WESTERN.test(text) && !INDIAN.test(text)) return undefined;
  const plain = text.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '');
  return plain.length > MAX_WHOLE_DIGITS ? undefined : plain;
}
