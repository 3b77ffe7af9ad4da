import { DAY, one, otel, own, rising, series, type Labels, type Samples } from './llm-case-parts.ts';
import type { LlmCase } from './llm-cases.ts';
import type { WrittenSeries } from './prometheus.ts';

/** A counter that rises by 480 each half hour, as it stands between two hours of the day. */
function running(from: number, to: number): Samples {
  return rising(from, to, 5_076_000 + (from + 5) * 2 * 480, 480);
}

/** All of a day of it. */
const WHOLE = 48 * 480;

function began(labels: Labels = {}, from = -60, to = 30): WrittenSeries {
  return series(
    'process_start_time_seconds',
    labels,
    rising(from, to, Date.parse(`${DAY}T00:00:00Z`) / 1000 - 360_000, 0),
  );
}

/** The target is not reached between two hours. */
function gap(from: number, to: number): WrittenSeries {
  return series('up', {}, [...rising(-60, from, 1, 0), ...rising(from + 0.5, to - 0.5, 0, 0), ...rising(to, 30, 1, 0)]);
}

function withoutUp(described: LlmCase, up: WrittenSeries): LlmCase {
  return { ...described, series: [up, ...described.series.slice(1)] };
}

const SUM = 'gen_ai_client_token_usage_sum';
const TOKEN_SUM = 'gen_ai_client_token_usage_token_sum';

/** Counters whose labels or name change while they run; each id names one rule of docs/providers/llm.md. */
export const RELABEL_CASES: readonly LlmCase[] = [
  one(
    'own-two-values-changed',
    'two labels get other values in one scrape',
    'default',
    [own({ env: 'stage', zone: 'a' }, running(-5, 10)), own({ env: 'prod', zone: 'b' }, running(10.5, 29)), began()],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-value-changed-and-label-added',
    'one label gets another value, another one is added',
    'default',
    [own({ env: 'stage' }, running(-5, 10)), own({ env: 'prod', zone: 'b' }, running(10.5, 29)), began()],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-labels-changed-added-and-removed',
    'all of it at once, for two users and two models',
    'default',
    ['ada', 'bob']
      .flatMap((user_id) =>
        ['gpt-4o', 'gpt-4o-mini'].flatMap((model) => [
          own({ user_id, model, env: 'stage', pod: 'x', rack: '1' }, running(-5, 10)),
          own({ user_id, model, env: 'prod', zone: 'b', shelf: '9' }, running(10.5, 29)),
        ]),
      )
      .concat(began()),
    {
      rows: [
        { user: 'ada', prompt: WHOLE },
        { user: 'bob', prompt: WHOLE },
      ],
      totalPrompt: 4 * WHOLE,
    },
  ),
  one(
    'own-value-changed-without-process-start',
    'nothing proves that the process is the same: none began lower, so it is taken for the same, and said',
    'default',
    [own({ env: 'stage' }, running(-5, 10)), own({ env: 'prod' }, running(10.5, 29))],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE, warnings: ['unproven_continuation'] },
  ),
  one(
    'own-version-changed-at-restart',
    'another process with another version begins lower: it counts from 0',
    'default',
    [own({ version: '1' }, running(-5, 10)), own({ version: '2' }, rising(10.5, 29, 900, 480))],
    { rows: [{ user: 'ada', prompt: 21 * 480 + 900 + 26 * 480 }] },
  ),
  one(
    'own-version-changed-at-restart-of-two',
    'one of two users stands higher after the restart by chance: the other shows that it was one',
    'default',
    [
      own({ version: '1' }, running(-5, 10)),
      own({ version: '2' }, rising(10.5, 29, 900, 480)),
      own({ version: '1', user_id: 'bob' }, rising(-5, 10, 1, 0)),
      own({ version: '2', user_id: 'bob' }, rising(10.5, 29, 50, 0)),
    ],
    { rows: [{ user: 'bob', prompt: 50 }] },
  ),
  one(
    'own-value-changed-far-higher',
    'the new series begins at a multiple of the old one: counted from 0, and said',
    'default',
    [own({ env: 'stage' }, rising(-5, 10, 7, 0)), own({ env: 'prod' }, rising(10.5, 29, 900, 10))],
    { rows: [{ user: 'ada', prompt: 900 + 26 * 10 }], warnings: ['unproven_continuation'] },
  ),
  one(
    'own-values-changed-twice',
    'two changes in one day',
    'default',
    [
      own({ env: 'stage' }, running(-5, 8)),
      own({ env: 'prod' }, running(8.5, 16)),
      own({ env: 'live', zone: 'b' }, running(16.5, 29)),
      began(),
    ],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-value-changed-and-back',
    'labels are changed and changed back in one day',
    'default',
    [own({ env: 'stage' }, [...running(-5, 8), ...running(16.5, 29)]), own({ env: 'prod' }, running(8.5, 16)), began()],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-value-changed-back-on-the-next-day',
    'labels were changed on the day before and are changed back',
    'default',
    [
      own({ env: 'stage' }, [...running(-40, -10), ...running(16.5, 29)]),
      own({ env: 'prod' }, running(-9.5, 16)),
      began(),
    ],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-value-changed-then-restart',
    'a restart later on the day that the labels were changed',
    'default',
    [
      own({ env: 'stage' }, running(-5, 8)),
      own({ env: 'prod' }, [...running(8.5, 16), ...rising(16.5, 29, 300, 10)]),
      began({}, -60, 16),
      series('process_start_time_seconds', {}, rising(16.5, 30, Date.parse(`${DAY}T16:10:00Z`) / 1000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 33 * 480 + 300 + 14 * 10 }] },
  ),
  withoutUp(
    one(
      'own-value-changed-during-a-gap',
      'the target was not reached while its labels changed; its process is the same',
      'default',
      [
        own({ env: 'stage' }, running(-5, 8)),
        own({ env: 'prod' }, running(12, 29)),
        began({}, -60, 8),
        began({}, 12, 30),
      ],
      { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
    ),
    gap(8, 12),
  ),
  withoutUp(
    one(
      'own-value-changed-during-a-gap-with-restart',
      'the process restarted in the gap',
      'default',
      [
        own({ env: 'stage' }, running(-5, 8)),
        own({ env: 'prod' }, running(12, 29)),
        began({}, -60, 8),
        series('process_start_time_seconds', {}, rising(12, 30, Date.parse(`${DAY}T10:00:00Z`) / 1000, 0)),
      ],
      { rows: [{ user: 'ada', prompt: 17 * 480 + 5_076_000 + 34 * 480 + 23 * 480 }] },
    ),
    gap(8, 12),
  ),
  withoutUp(
    one(
      'own-value-changed-during-a-long-gap',
      'nothing was read for six hours, and nothing says when the process began: none began lower, so it went on, and said',
      'default',
      [own({ env: 'stage' }, running(-5, 8)), own({ env: 'prod' }, running(14, 29))],
      { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE, warnings: ['unproven_continuation'] },
    ),
    gap(8, 14),
  ),
  one(
    'own-series-that-expired',
    'the target was read in between without the series: it expired, the new one is another',
    'default',
    [own({ env: 'stage' }, rising(-5, 6, 100, 10)), own({ env: 'prod' }, rising(10.5, 29, 400, 10)), began()],
    { rows: [{ user: 'ada', prompt: 13 * 10 + 400 + 26 * 10 }] },
  ),
  one(
    'own-otel-name-changed',
    'a running counter gets another name: the unit is added',
    'otel-genai',
    [otel(SUM, 'input', running(-5, 10)), otel(TOKEN_SUM, 'input', running(10.5, 29)), began()],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-otel-name-changed-back',
    'the same the other way round, without a process that says when it began',
    'otel-genai',
    [otel(TOKEN_SUM, 'input', running(-5, 10)), otel(SUM, 'input', running(10.5, 29))],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE, warnings: ['unproven_continuation'] },
  ),
  one(
    'own-otel-name-and-label-changed',
    'another name and another label',
    'otel-genai',
    [
      otel(SUM, 'input', running(-5, 10), { otel_scope_version: '1' }),
      otel(TOKEN_SUM, 'input', running(10.5, 29), { stream: 'false' }),
      began(),
    ],
    { rows: [{ user: 'ada', prompt: WHOLE }], totalPrompt: WHOLE },
  ),
  one(
    'own-otel-name-changed-at-restart',
    'a new version of the library, in a new process, uses the other name: from 0',
    'otel-genai',
    [otel(SUM, 'input', running(-5, 10)), otel(TOKEN_SUM, 'input', rising(10.5, 29, 900, 480))],
    { rows: [{ user: 'ada', prompt: 21 * 480 + 900 + 26 * 480 }] },
  ),
  one(
    'own-otel-both-names',
    'two instrumentations of one process count the same calls: once, and said',
    'otel-genai',
    [
      otel(SUM, 'input', running(-5, 29), { gen_ai_response_model: 'gpt-4o-2024-08-06' }),
      otel(TOKEN_SUM, 'input', running(-5, 29)),
      otel(TOKEN_SUM, 'input', running(-5, 29), { gen_ai_request_model: 'gpt-4o-mini', gen_ai_system: 'openai' }),
    ],
    {
      rows: [{ user: 'ada', model: 'gpt-4o-mini', prompt: WHOLE }],
      totalPrompt: 2 * WHOLE,
      warnings: ['ignored_series'],
    },
  ),
  one(
    'own-otel-both-names-apart',
    'two processes, each with one of the names: both count',
    'otel-genai',
    [
      otel(SUM, 'input', running(-5, 29)),
      otel(TOKEN_SUM, 'input', running(-5, 29), { instance: 'b:1' }),
      series('up', { instance: 'b:1' }, rising(-60, 30, 1, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 2 * WHOLE }] },
  ),
  one(
    'own-restart-hidden-beside-as-many-as-before',
    'one counter stands as before, one fell: a process that lost one lost all',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 5_000, 10)]),
      own({ user_id: 'bob' }, [...rising(-5, 9.5, 70, 0), ...rising(14, 29, 70, 0)]),
      own({ user_id: 'eve' }, [...rising(-5, 9.5, 9_000, 0), ...rising(14, 29, 100, 0)]),
      began({}, -60, 9.5),
      series('process_start_time_seconds', {}, rising(14, 30, Date.parse(`${DAY}T10:00:00Z`) / 1000, 0)),
    ],
    {
      rows: [
        { user: 'ada', prompt: 20 * 10 + 5_000 + 19 * 10 },
        { user: 'bob', prompt: 70 },
        { user: 'eve', prompt: 100 },
      ],
    },
  ),
  one(
    'own-restart-hidden-beside-zeros',
    'counters that stand at 0 before and after a restart prove nothing',
    'default',
    [
      own({}, [...rising(-5, 9.5, 1_000, 10), ...rising(14, 29, 5_000, 10)]),
      ...['bob', 'eve', 'dan'].map((user_id) => own({ user_id }, rising(-5, 29, 0, 0))),
      began({}, -60, 9.5),
      series('process_start_time_seconds', {}, rising(14, 30, Date.parse(`${DAY}T10:00:00Z`) / 1000, 0)),
    ],
    { rows: [{ user: 'ada', prompt: 20 * 10 + 5_000 + 19 * 10 }] },
  ),
  one(
    'own-replica-relabelled',
    'the label of the replica changes beside the other one, which goes on',
    'default',
    [
      own({ pod: 'a' }, running(-5, 10)),
      own({ pod: 'b' }, running(10.5, 29)),
      own({ pod: 'c' }, rising(-5, 29, 100, 1)),
      began(),
    ],
    { rows: [{ user: 'ada', prompt: WHOLE + 48 }] },
  ),
];
