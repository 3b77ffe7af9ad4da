import type { Logger } from 'pino';
import { contextOf } from '../api/features/months/read-month.ts';
import { statementDocument } from '../api/features/months/page-answer.ts';
import type { Collector } from '../collectors/contract.ts';
import type { Clock } from '../database/clock.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Reader } from '../database/reader.ts';
import { channelsOf, type StatementSettings } from '../months/delivery/channels.ts';
import { deliverStatements, type Delivering } from '../months/delivery/deliver.ts';
import type { Changes } from '../process/changes.ts';

export interface StatementSending {
  readonly settings: StatementSettings;
  readonly db: Queryable;
  /** Of the primary: a replica may not have the closing yet. */
  readonly reader: Reader;
  readonly clock: Pick<Clock, 'now' | 'fixed'>;
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly collectors: readonly Collector[];
  readonly redact: (text: string) => string;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The statement to send: as it was closed, or as it is known now. */
export function statementReader({
  settings,
  reader,
  clock,
  collectors,
}: Pick<StatementSending, 'settings' | 'reader' | 'clock' | 'collectors'>): Delivering['statement'] {
  const deps = {
    collectors: {
      settings: () => collectors.map((one) => ({ name: one.name, readiness: one.configured() })),
      nextRun: () => null,
    },
  };
  return (month, kind) =>
    reader.snapshot(({ db, now }) => {
      const query = { month, view: kind === 'closed' ? 'closed' : 'live', lang: settings.STATEMENT_LANGUAGE } as const;
      return statementDocument(deps, contextOf(db, clock.fixed ?? now), query, 'viewer');
    });
}

/** Sends the statements of months as the settings say; resolves when `signal` aborts, at once without such settings. */
export async function sendStatements(sending: StatementSending): Promise<void> {
  const { db, clock, changes, redact, log, signal, settings } = sending;
  await deliverStatements({
    db,
    changes,
    redact,
    log,
    signal,
    channels: channelsOf(settings),
    now: () => clock.now(),
    statement: statementReader(sending),
  });
}
