import type { WrittenSeries } from './prometheus.ts';

function tokens(user: string, samples: WrittenSeries['samples'], labels: Record<string, string> = {}): WrittenSeries {
  return {
    metric: 'llm_tokens_total',
    labels: {
      job: 'app',
      instance: 'a:1',
      user_id: user,
      provider: 'openai',
      model: 'gpt-4o',
      token_type: 'prompt',
      ...labels,
    },
    samples,
  };
}

/** One case a user on 2026-03-14: resets, births, gaps, midnight, NaN, and every kind of token. */
export const WRITTEN: readonly WrittenSeries[] = [
  // A reset: 150 + 40 + 50.
  tokens('reset', [
    ['2026-03-13T23:50:00Z', 100],
    ['2026-03-14T10:00:00Z', 250],
    ['2026-03-14T11:00:00Z', 40],
    ['2026-03-14T12:00:00Z', 90],
  ]),
  tokens('born', [['2026-03-14T10:00:00Z', 500]]),
  // Prometheus' own history of this target begins on the day itself.
  tokens(
    'found',
    [
      ['2026-03-14T05:00:00Z', 1000],
      ['2026-03-14T20:00:00Z', 1300],
    ],
    { job: 'late' },
  ),
  tokens('born-late', [['2026-03-14T06:00:00Z', 70]], { job: 'late' }),
  {
    metric: 'up',
    labels: { job: 'late', instance: 'a:1' },
    samples: [
      ['2026-03-13T05:00:00Z', 0],
      ['2026-03-14T05:00:00Z', 1],
    ],
  },
  tokens(
    'twins',
    [
      ['2026-03-13T23:00:00Z', 5],
      ['2026-03-14T20:00:00Z', 15],
    ],
    { instance: 'a:1' },
  ),
  tokens(
    'twins',
    [
      ['2026-03-13T23:00:00Z', 7],
      ['2026-03-14T20:00:00Z', 27],
    ],
    { instance: 'b:1' },
  ),
  // Silent for days: with and without a restart in between.
  tokens('gap', [
    ['2026-03-09T10:00:00Z', 100],
    ['2026-03-14T10:00:00Z', 150],
  ]),
  tokens('gap-restart', [
    ['2026-03-09T10:00:00Z', 100],
    ['2026-03-14T10:00:00Z', 50],
    ['2026-03-14T20:00:00Z', 150],
  ]),
  // Midnight belongs to the day that begins.
  tokens('midnight', [
    ['2026-03-13T23:59:59.999Z', 10],
    ['2026-03-14T00:00:00Z', 11],
    ['2026-03-14T23:59:59.999Z', 13],
    ['2026-03-15T00:00:00Z', 20],
  ]),
  tokens('nan', [
    ['2026-03-13T20:00:00Z', 100],
    ['2026-03-13T21:00:00Z', 'NaN'],
    ['2026-03-14T01:00:00Z', 160],
    ['2026-03-14T02:00:00Z', 'NaN'],
    ['2026-03-14T03:00:00Z', 30],
    ['2026-03-14T04:00:00Z', 'NaN'],
  ]),
  tokens(
    'idle',
    [
      ['2026-03-13T20:00:00Z', 100],
      ['2026-03-14T20:00:00Z', 100],
    ],
    { model: 'gpt-4o-mini' },
  ),
  // One priced row with every kind: 86 uncached, 1,920 cached, 300 out.
  tokens('kinds', [
    ['2026-03-13T20:00:00Z', 0],
    ['2026-03-14T20:00:00Z', 2006],
  ]),
  tokens(
    'kinds',
    [
      ['2026-03-13T20:00:00Z', 0],
      ['2026-03-14T20:00:00Z', 1920],
    ],
    { token_type: 'cache_read' },
  ),
  tokens(
    'kinds',
    [
      ['2026-03-13T20:00:00Z', 0],
      ['2026-03-14T20:00:00Z', 300],
    ],
    { token_type: 'completion' },
  ),
  tokens(
    'stranger',
    [
      ['2026-03-13T20:00:00Z', 0],
      ['2026-03-14T20:00:00Z', 5_000_000],
    ],
    { model: 'nobody-knows-this-1' },
  ),
  {
    metric: 'llm_tokens_total',
    labels: { job: 'app', instance: 'a:1', token_type: 'prompt' },
    samples: [
      ['2026-03-13T20:00:00Z', 0],
      ['2026-03-14T20:00:00Z', 9],
    ],
  },
  {
    metric: 'llm_requests_total',
    labels: { job: 'app', instance: 'a:1', user_id: 'kinds', provider: 'openai', model: 'gpt-4o', status: 'success' },
    samples: [
      ['2026-03-13T20:00:00Z', 1],
      ['2026-03-14T20:00:00Z', 8],
    ],
  },
  {
    metric: 'llm_requests_total',
    labels: { job: 'app', instance: 'a:1', user_id: 'kinds', provider: 'openai', model: 'gpt-4o', status: 'error' },
    samples: [['2026-03-14T20:00:00Z', 2]],
  },
];
