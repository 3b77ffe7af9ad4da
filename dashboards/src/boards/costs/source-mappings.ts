import { NEUTRAL, NO_VALUE, USD, colour, mapping, prop } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export const MONEY_CELL = [prop('unit', USD), prop('decimals', 2), colour(NEUTRAL), NO_VALUE];

export function sourceMappings(t: Texts) {
  return [
    mapping({
      invoice: { text: t.sources.invoice },
      api_invoice: { text: t.sources.api_invoice },
      api_usage: { text: t.sources.api_usage },
      fixed: { text: t.sources.fixed },
      estimate: { text: t.sources.estimate, color: 'orange' },
      mixed: { text: t.sources.mixed },
    }),
  ];
}
