/**
 * A chart of ECharts for a page with a strict policy: style attributes and style elements, which the policy forbids,
 * become attributes or go, as do what belongs to a script; ids are named after the chart, so that several charts can be
 * on one page and the same figures give the same text.
 */
export function embeddableSvg(svg: string, name: string, label: string): string {
  return svg
    .replaceAll(/<style[^>]*>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<defs\s*>\s*<\/defs>/g, '')
    .replaceAll(/ (?:class|ecmeta_[a-z_]+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/ style="([^"]*)"/g, (_, style: string) => attributesOf(style))
    .replaceAll(/\bzr\d+-/g, `${name}-`)
    .replace(/<rect width="\d+" height="\d+" x="0" y="0" fill="none"><\/rect>\n?/, '')
    .replace(
      /<svg [^>]*?(viewBox="[^"]*")[^>]*>/,
      `<svg xmlns="http://www.w3.org/2000/svg" $1 role="img" aria-label="${label}">`,
    )
    .replaceAll(/\n+/g, '');
}

/** What ECharts writes as style and SVG knows as an attribute; the font itself is the page's. */
const ATTRIBUTES = new Set(['font-size', 'font-weight', 'fill', 'stroke', 'opacity', 'text-anchor']);

function attributesOf(style: string): string {
  return style
    .split(';')
    .map((declaration) => declaration.split(':').map((part) => part.trim()))
    .filter(([property = '', value]) => ATTRIBUTES.has(property) && value !== undefined)
    .map(([property = '', value = '']) => ` ${property}="${value}"`)
    .join('');
}
