import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { FAILURE_REASONS, SKIP_REASONS } from '../../../../exporter/src/contract/outcomes.ts';
import { NO_VALUE, mapping, prop } from '../../panel-parts.ts';
import type { Texts } from '../../texts/texts.ts';

export const COLOURED = [prop('custom.cellOptions', { type: 'color-text' }), prop('color', { mode: 'thresholds' })];

export const TIME_CELL = [prop('unit', 'time:MM-DD HH:mm'), prop('custom.width', 125), NO_VALUE];

export const DURATION_CELL = [prop('unit', 'ms'), prop('decimals', 1)];

export const WRAPPED = { type: 'auto', wrapText: true };

export function reasonCell(t: Texts): DynamicConfigValue[] {
  const words = Object.fromEntries(
    [...SKIP_REASONS, ...FAILURE_REASONS].map((code) => [code, { text: t.reasons[code] }]),
  );
  return [prop('mappings', [mapping(words)]), prop('custom.width', 140), NO_VALUE];
}
