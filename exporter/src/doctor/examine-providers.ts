import type { Logger } from 'pino';
import type { CollectContext, Collector } from '../collectors/contract.ts';
import type { Queryable } from '../database/queryable.ts';
import { addDays, dayOf, daysOf } from '../money/days.ts';
import { readingDatabase } from '../runner/failure.ts';
import { planRun } from '../runner/plan.ts';
import { examineProvider, type ProviderReport } from './examine.ts';

export interface Examination {
  readonly collectors: readonly Collector[];
  /** Undefined where no database runs: then nothing that an earlier run stored can be looked up. */
  readonly db: Queryable | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** What a run that starts now would end with, of each provider; all are asked at once. Stores nothing. */
export async function examineProviders({ collectors, db, now, signal, log }: Examination): Promise<ProviderReport[]> {
  const today = dayOf(now);
  const context: CollectContext = {
    now,
    today,
    day: addDays(today, -1),
    days: daysOf(addDays(today, -1), addDays(today, 1)),
    signal,
    log,
    upstream: { observe: (code, seconds) => log.debug({ code, seconds }, 'request') },
    db: db === undefined ? NOTHING_STORED : readingDatabase(db),
  };
  const days = db === undefined ? new Map<string, readonly string[]>() : await daysOfNextRun(db, collectors, context);
  return Promise.all(
    collectors.map((collector) =>
      examineProvider(collector, {
        ...context,
        days: days.get(collector.name) ?? context.days,
        log: log.child({ collector: collector.name }),
      }),
    ),
  );
}

/** The database of an exporter that has never run. */
const NOTHING_STORED: CollectContext['db'] = {
  query: async () => ({ rows: [], rowCount: 0, command: 'SELECT', oid: 0, fields: [] }),
};

/** What the next run would read of each provider; nothing where the database has not the newest schema yet. */
async function daysOfNextRun(
  db: Queryable,
  collectors: readonly Collector[],
  { day }: Pick<CollectContext, 'day'>,
): Promise<Map<string, readonly string[]>> {
  try {
    const planned = await planRun(db, collectors, { trigger: 'cli', requestedBy: 'doctor' }, day);
    return new Map(planned.map(({ collector, days }) => [collector.name, days]));
  } catch {
    return new Map();
  }
}
