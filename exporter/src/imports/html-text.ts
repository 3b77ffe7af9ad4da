/** Named characters that invoices use; numbered ones are all read. */
const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: ' ',
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  euro: '€',
  pound: '£',
  yen: '¥',
  ndash: '–',
  mdash: '–',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ecirc: 'ê',
  ccedil: 'ç',
  ucirc: 'û',
};

/** The text of an HTML mail: cells become columns, blocks become rows. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<(style|script|head|title)\b[^<>]*>[\s\S]*?<\/\1>/gi, ' ')
    .replace(/[\r\n]+/g, ' ')
    .replace(/<\/?(?:p|div|tr|table|h[1-6]|li|ul|br)\b[^<>]*>/gi, '\n')
    .replace(/<\/?t[dh]\b[^<>]*>/gi, '\t')
    .replace(/<[^<>]*>/g, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi,
      (whole: string, decimal?: string, hex?: string, name?: string) => {
        const code = decimal === undefined ? (hex === undefined ? NaN : Number.parseInt(hex, 16)) : Number(decimal);
        if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
        return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
      },
    );
}
