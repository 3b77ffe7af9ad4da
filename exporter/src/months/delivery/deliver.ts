import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Queryable } from '../../database/queryable.ts';
import type { Changes } from '../../process/changes.ts';
import type { StatementPage } from '../page/statement-page.ts';
import type { Channel, Send } from './channels.ts';
import { claimDelivery, markFailed, markSent, planDeliveries, type Delivery } from './deliveries.ts';
import { monthMessage } from './message.ts';

export interface Delivering {
  readonly db: Queryable;
  readonly channels: ReadonlyMap<Channel, Send>;
  /** The statement to send: as it was closed, or as it is known now. */
  readonly statement: (month: string, kind: Delivery['kind']) => Promise<StatementPage>;
  readonly now: () => Promise<Date>;
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly redact: (text: string) => string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly everyMs?: number | undefined;
}

const EVERY_MS = 10 * 60_000;

/** Sends what is due, at the start, every ten minutes and when a month is closed. Never rejects. */
export async function deliverStatements(work: Delivering): Promise<void> {
  const { channels, changes, signal, log } = work;
  if (channels.size === 0) return;
  let woken = new AbortController();
  const unsubscribe = changes.subscribe(({ kind }) => {
    if (kind === 'month') woken.abort();
  });
  while (!signal.aborted) {
    woken = new AbortController();
    await deliverDue(work).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'statements cannot be sent at present; trying again');
    });
    await sleep(work.everyMs ?? EVERY_MS, undefined, {
      signal: AbortSignal.any([signal, woken.signal]),
      ref: false,
    }).catch(() => undefined);
  }
  unsubscribe();
}

/** Sends everything that is due now. Returns how much was sent. */
export async function deliverDue(work: Omit<Delivering, 'changes'>): Promise<number> {
  const { db, channels, now, signal, log, redact } = work;
  const names = [...channels.keys()];
  await planDeliveries(db, names, await now());
  let sent = 0;
  while (!signal.aborted) {
    const delivery = await claimDelivery(db, names, await now());
    if (delivery === undefined) return sent;
    const { month, kind, version, channel } = delivery;
    const send = channels.get(channel);
    if (send === undefined) continue;
    try {
      await send(await monthMessage(await work.statement(month, kind)), `${month}-${kind}-${version}`, signal);
      await markSent(db, delivery, await now());
      sent += 1;
      log.info({ month, kind, channel }, 'sent the statement of a month');
    } catch (error) {
      const reason = redact(error instanceof Error ? reasonOf(error) : String(error));
      const next = await markFailed(db, delivery, await now(), reason);
      log.warn({ month, kind, channel, reason, next }, 'the statement of a month could not be sent');
    }
  }
  return sent;
}

/** `fetch` says what went wrong in the cause only. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
