import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ImapFlow } from 'imapflow';
import type { Logger } from 'pino';
import type { Clock } from '../../database/clock.ts';
import type { Queryable } from '../../database/queryable.ts';
import type { InTransaction } from '../../invoices/service.ts';
import type { Changes } from '../../process/changes.ts';
import type { Inbox } from '../inbox.ts';
import { imapAddress } from './address.ts';
import { loginSetting, openMailbox, type ImapSettings } from './connect.ts';
import { claimMailbox, LeaseLost, noteConnection, releaseMailbox, type Cursor, type ReaderLease } from './cursor.ts';
import { isOfImap, MailboxUnavailable, mailboxFailure } from './failure.ts';
import { readFolder } from './read-folder.ts';

export interface ReaderTiming {
  readonly leaseMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** After a wrong password: servers lock accounts that try too often. */
  readonly refusedRetryMs: number;
}

const TIMING: ReaderTiming = {
  leaseMs: 30_000,
  firstRetryMs: 5_000,
  maxRetryMs: 5 * 60_000,
  refusedRetryMs: 15 * 60_000,
};
/** How often a connection that lasts is noted for the gauge and the other exporters. */
const NOTE_MS = 10 * 60_000;

export interface MailboxReading {
  readonly settings: ImapSettings;
  readonly inbox: Pick<Inbox, 'storeMail' | 'storeUnread' | 'judgeInbox'>;
  readonly pool: Queryable;
  readonly transaction: InTransaction;
  readonly clock: Pick<Clock, 'now'>;
  readonly changes: Pick<Changes, 'emit'>;
  /** Hides a value from logs from now on. */
  readonly secret: (value: string) => void;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly signal: AbortSignal;
  readonly timing?: Partial<ReaderTiming> | undefined;
}

/**
 * Reads a mailbox until `signal` aborts: what is there, what the server announces, and what a look every
 * INBOX_POLL_SECONDS finds. Of several exporters on one database one reads. Never rejects.
 */
export async function readMailbox(reading: MailboxReading): Promise<void> {
  const { settings, pool, signal, log } = reading;
  const timing = { ...TIMING, ...reading.timing };
  const { mailbox } = imapAddress(settings.INVOICE_IMAP_URL);
  const lease: ReaderLease = { mailbox, owner: randomUUID(), leaseMs: timing.leaseMs };
  let failures = 0;
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const cursor = await claimMailbox(pool, lease);
      if (cursor === undefined) {
        await pause(timing.leaseMs / 3, signal);
        continue;
      }
      await readWhileOurs(reading, lease, cursor, () => {
        failures = 0;
        last = undefined;
      });
    } catch (error) {
      if (stopped(signal)) break;
      if (error instanceof LeaseLost) continue;
      failures += 1;
      const refused = error instanceof MailboxUnavailable && error.refused;
      const reason = error instanceof Error ? error.message : String(error);
      // One line for one state: what lasts for a night is not said a hundred times.
      if (reason !== last)
        log.warn(
          { mailbox, ...(error instanceof MailboxUnavailable ? { reason } : { err: error }) },
          'the mailbox of the invoices cannot be read',
        );
      last = reason;
      const wait = Math.min(timing.maxRetryMs, timing.firstRetryMs * 2 ** Math.min(failures - 1, 10));
      // Another exporter may fare better.
      await releaseMailbox(pool, lease).catch(() => undefined);
      await pause(refused ? Math.max(wait, timing.refusedRetryMs) : wait, signal);
    }
  }
  await releaseMailbox(pool, lease).catch(() => undefined);
}

async function readWhileOurs(
  { settings, inbox, pool, transaction, clock, changes, secret, log, signal }: MailboxReading,
  lease: ReaderLease,
  from: Cursor,
  connected: () => void,
): Promise<void> {
  const { client, address, folder } = await openMailbox(settings, secret);
  const ending = new AbortController();
  let lost: LeaseLost | undefined;
  const end = (): void => {
    ending.abort();
    client.close();
  };
  signal.addEventListener('abort', end, { once: true });
  client.once('close', () => ending.abort());
  let arrival = Promise.withResolvers<void>();
  client.on('exists', () => arrival.resolve());
  const renewing = renewLease(pool, lease, ending.signal).then((held) => {
    if (!held) lost = new LeaseLost('the lease on the mailbox was lost');
    end();
  });
  try {
    log.info({ mailbox: lease.mailbox, mails: folder.exists }, 'reading the mailbox of the invoices');
    connected();
    let cursor = from;
    let notedAt = -Infinity;
    while (!ending.signal.aborted) {
      if (performance.now() - notedAt > NOTE_MS) {
        const now = await clock.now();
        await transaction((tx) => noteConnection(tx, lease, now));
        await changes.emit({ kind: 'inbox', days: [] });
        notedAt = performance.now();
      }
      // Before the folder is read, so that a mail that comes meanwhile is not slept over.
      arrival = Promise.withResolvers<void>();
      const uidValidity = String(client.mailbox === false ? folder.uidValidity : client.mailbox.uidValidity);
      cursor = await readFolder({ client, uidValidity, cursor, lease, inbox, signal: ending.signal });
      await untilSomething(client, arrival.promise, settings.INBOX_POLL_SECONDS * 1_000, ending.signal);
    }
    if (!signal.aborted && lost === undefined) throw mailboxFailure(undefined, address, loginSetting(settings));
  } catch (error) {
    throw lost ?? (isOfImap(error) ? mailboxFailure(error, address, loginSetting(settings)) : error);
  } finally {
    signal.removeEventListener('abort', end);
    end();
    await renewing;
  }
}

/** False when the mailbox is not ours any more; true when there is nothing more to hold. */
async function renewLease(pool: Queryable, lease: ReaderLease, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await pause(lease.leaseMs / 3, signal);
    if (stopped(signal)) break;
    const held = await claimMailbox(pool, lease).catch(() => undefined);
    if (held === undefined) return false;
  }
  return true;
}

async function untilSomething(
  client: ImapFlow,
  arrival: Promise<void>,
  pollMs: number,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new AbortController();
  client.idle().catch(() => undefined);
  await Promise.race([arrival, pause(pollMs, AbortSignal.any([waiting.signal, signal]))]);
  waiting.abort();
  // Ends IDLE, and makes the server say what has changed.
  if (!stopped(signal)) await client.noop();
}

/** Read again at each place: it changes while others are waited for. */
function stopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
