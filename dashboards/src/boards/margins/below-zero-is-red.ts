import { prop } from '../../panel-parts.ts';

export const BELOW_ZERO_IS_RED = [
  prop('color', { mode: 'thresholds' }),
  prop('thresholds', {
    mode: 'absolute',
    steps: [
      { value: null, color: 'red' },
      { value: 0, color: 'green' },
    ],
  }),
];
