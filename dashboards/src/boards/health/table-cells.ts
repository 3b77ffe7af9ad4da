import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { FAILURE_REASONS, SKIP_REASONS } from '../../../../exporter/src/contract/outcomes.ts';
import { NO_VALUE, WRAPPED, mapping, prop } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export const COLOURED = [prop('custom.cellOptions', { type: 'color-text' }), prop('color', { mode: 'thresholds' })];

export const TIME_CELL = [prop('unit', 'time:MM-DD HH:mm'), prop('custom.width', 100), NO_VALUE];

export const DURATION_CELL = [prop('unit', 'ms'), prop('decimals', 1)];

export function reasonCell(t: Texts, width = prop('custom.width', 90)): DynamicConfigValue[] {
  const words = Object.fromEntries(
    [...SKIP_REASONS, ...FAILURE_REASONS].map((code) => [code, { text: t.reasons[code] }]),
  );
  return [prop('mappings', [mapping(words)]), width, WRAPPED, NO_VALUE];
}
