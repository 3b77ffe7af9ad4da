import { NO_VALUE, prop } from '../../panel-parts.ts';

export const COLOURED = [prop('custom.cellOptions', { type: 'color-text' }), prop('color', { mode: 'thresholds' })];

export const TIME_CELL = [prop('unit', 'time:MM-DD HH:mm'), prop('custom.width', 125), NO_VALUE];

export const DURATION_CELL = [prop('unit', 'ms'), prop('decimals', 1)];

export const WRAPPED = { type: 'auto', wrapText: true };
