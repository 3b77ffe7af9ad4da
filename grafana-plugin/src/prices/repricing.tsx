import { useState, type ReactElement } from 'react';
import { Alert, Button, Stack } from '@grafana/ui';
import type { RepriceAnswer } from '../../../exporter/src/contract/reference-data.ts';
import { addDays, isDay, today } from '../shared/days.ts';
import { count, money } from '../shared/format.ts';
import { DayBox } from '../shared/inputs.tsx';
import { ProblemAlert } from '../shared/problem-alert.tsx';
import { Table } from '../shared/table.tsx';
import { text } from '../shared/translations.ts';
import { useSubmission } from '../shared/use-request.ts';
import { reprice } from './prices-api.ts';

/** Which stored usage gets the prices of today. */
export interface RepricingPeriod {
  readonly from: string;
  /** Included. */
  readonly last: string;
}

/** What today's prices change in stored usage, shown before it is stored. */
export function Repricing({
  period,
  onPeriod,
  onStored,
}: {
  readonly period: RepricingPeriod;
  readonly onPeriod: (period: RepricingPeriod) => void;
  readonly onStored: (message: string) => void;
}): ReactElement {
  const [preview, setPreview] = useState<RepriceAnswer>();
  const { busy, problem, submit, clear } = useSubmission<RepriceAnswer>();
  const complete = isDay(period.from) && isDay(period.last) && period.from <= period.last;
  const change = (changes: Partial<RepricingPeriod>) => {
    clear();
    setPreview(undefined);
    onPeriod({ ...period, ...changes });
  };
  const run = (apply: boolean) =>
    submit(
      () => reprice({ from: period.from, to: addDays(period.last, 1), apply }),
      (answer) => {
        setPreview(apply ? undefined : answer);
        if (apply) onStored(text('prices.repriced', { rows: count(answer.rows), after: money(answer.costAfterUsd) }));
      },
    );
  return (
    <div data-testid="repricing">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-start">
        <DayBox label={text('prices.from')} required value={period.from} onChange={(from) => change({ from })} />
        <DayBox
          label={text('prices.last')}
          required
          value={period.last}
          error={complete || !isDay(period.last) ? undefined : text('entry.period-reversed')}
          onChange={(last) => change({ last })}
        />
      </Stack>
      <ProblemAlert problem={problem} />
      <div aria-live="polite">{preview !== undefined && <RepricingEffect answer={preview} />}</div>
      <Stack gap={2}>
        <Button variant="secondary" disabled={busy || !complete} onClick={() => run(false)}>
          {text('prices.preview')}
        </Button>
        {preview !== undefined && preview.rows > 0 && (
          <Button disabled={busy} onClick={() => run(true)}>
            {text(busy ? 'entry.saving' : 'prices.apply')}
          </Button>
        )}
      </Stack>
    </div>
  );
}

/** The last 30 days. */
export const recentPeriod = (): RepricingPeriod => ({ from: addDays(today(), -29), last: today() });

function RepricingEffect({ answer }: { readonly answer: RepriceAnswer }): ReactElement {
  if (answer.rows === 0) return <Alert severity="info" title={text('prices.nothing-changes')} />;
  return (
    <>
      <p>
        {text('prices.effect', {
          rows: count(answer.rows),
          days: answer.days.length,
          before: money(answer.costBeforeUsd),
          after: money(answer.costAfterUsd),
        })}
      </p>
      {answer.warnings.map(({ code, message }) => (
        <Alert key={code} severity="warning" title={message} />
      ))}
      <Table
        name="repricing-effect"
        label={text('prices.preview')}
        empty=""
        rows={answer.data}
        keyOf={(row) => `${row.provider} ${row.model}`}
        columns={[
          { title: text('prices.provider'), cell: (row) => row.provider },
          { title: text('prices.model'), cell: (row) => row.model },
          { title: text('prices.rows'), kind: 'number', cell: (row) => count(row.rows) },
          { title: text('prices.before'), kind: 'number', cell: (row) => money(row.costBeforeUsd) },
          { title: text('prices.after'), kind: 'number', cell: (row) => money(row.costAfterUsd) },
        ]}
      />
    </>
  );
}
