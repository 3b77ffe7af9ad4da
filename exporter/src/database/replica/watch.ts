import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { ReadReplicaStatus } from '../../contract/sync-answers.ts';
import { createPool } from '../pool.ts';
import { createLagMeter, walPosition } from './position.ts';

export type ReplicaState = ReadReplicaStatus['state'];

export interface ReplicaStatus {
  /** Reads go to the replica in the state `in_use` alone, else to the primary. */
  readonly state: ReplicaState;
  readonly since: Date;
  /** How far it was behind the primary when it was last asked; null while that is not known. */
  readonly lagSeconds: number | null;
  /** What keeps it from being used. */
  readonly message: string | null;
}

export interface ReplicaWatch {
  status(): ReplicaStatus;
  /** The position that a read from the replica must find replayed; undefined: ask the primary. */
  usablePosition(): bigint | undefined;
  /** Something was committed here: what is read from now on must show it. */
  written(): void;
  /** The replica has failed a reader: it is asked before the next one. */
  recheck(): void;
  /** `work` on the replica, or a rejection as soon as the replica is given up. */
  unlessLost<Result>(work: Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

export interface WatchOptions {
  /** Secrets. */
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Between two looks; 300 ms. */
  readonly everyMs?: number;
}

/**
 * What others wrote is seen by our readers within this time: with what follows, an entry is right everywhere within a
 * second.
 */
const MAX_POSITION_AGE_MS = 700;
const PROBE_TIMEOUT_MS = 1_000;
/** After having been behind it must keep up for so many looks, so that it does not come and go. */
const STEADY_LOOKS = 3;

// What is committed is flushed, unless commits do not wait for it; what is not flushed yet is sent to no replica, and
// may be no data at all.
const PRIMARY = `SELECT (CASE WHEN current_setting('synchronous_commit') = 'off' THEN pg_current_wal_insert_lsn()
   ELSE pg_current_wal_flush_lsn() END)::text AS position`;
const REPLICA = 'SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS position';
const IDENTITY = 'SELECT system_identifier::text AS id FROM pg_control_system()';

/** One look, for a report. */
export async function lookAtReplica(urls: Pick<WatchOptions, 'primaryUrl' | 'replicaUrl'>): Promise<ReplicaStatus> {
  const silent = { info: () => undefined, warn: () => undefined };
  const watch = watchReplica({ ...urls, log: silent });
  const deadline = performance.now() + 5_000;
  while (watch.status().state === 'starting' && performance.now() < deadline) await sleep(50);
  await watch.stop();
  return watch.status();
}

/**
 * Looks several times a second how far primary and replica are, by their write-ahead log. The replica is used only
 * with what it is known to have replayed less than a second ago; lagging, away or hanging it is left alone until it
 * is back.
 */
export function watchReplica({ primaryUrl, replicaUrl, log, everyMs = 300 }: WatchOptions): ReplicaWatch {
  const probe = (url: string): Pool =>
    createPool(url, {
      applicationName: 'marginboard replica watch',
      max: 1,
      connectionTimeoutMs: PROBE_TIMEOUT_MS,
      queryTimeoutMs: PROBE_TIMEOUT_MS,
    });
  const [primary, replica] = [probe(primaryUrl), probe(replicaUrl)];
  const meter = createLagMeter();
  const waiting = new Set<(reason: Error) => void>();
  let status: ReplicaStatus = { state: 'starting', since: new Date(), lagSeconds: null, message: null };
  let confirmed: { readonly position: bigint; readonly at: number; readonly writes: number } | undefined;
  let writes = 0;
  let steady = 0;
  let isStopping = false;
  let isHurried = false;
  let wakeUp = (): void => undefined;

  function hurry(): void {
    isHurried = true;
    wakeUp();
  }

  /** Until the next look is due, or somebody hurries. */
  async function pause(): Promise<void> {
    if (isHurried || isStopping) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), everyMs).unref();
    wakeUp = () => resolve(undefined);
    await promise;
    clearTimeout(timer);
  }

  function become(state: ReplicaState, lagSeconds: number | null, message: string | null): void {
    const changed = state !== status.state;
    status = { state, since: changed ? new Date() : status.since, lagSeconds, message };
    if (state !== 'behind') steady = 0;
    if (state !== 'in_use') confirmed = undefined;
    if (!changed) return;
    if (state === 'in_use') log.info('the read replica answers the reads');
    else log.warn({ lagSeconds, reason: message }, 'the read replica is not used; reads go to the primary');
    if (state === 'down' || state === 'not_a_replica')
      for (const giveUp of [...waiting]) giveUp(new Error('the read replica was lost'));
  }

  async function look(): Promise<void> {
    const at = performance.now();
    const before = writes;
    const { rows } = await primary.query<{ position: string }>(PRIMARY);
    const position = walPosition(rows[0]?.position ?? '');
    meter.primaryAt(at, position);
    await compare(position, at, before);
  }

  async function compare(goal: bigint, at: number, before: number): Promise<void> {
    try {
      const found = await follow(goal, at);
      if (found === 'caught up') caughtUp(goal, at, before);
      else become(found.state, found.lagSeconds, found.message);
    } catch (error) {
      if (status.state !== 'down') log.warn({ err: error }, 'the read replica failed');
      become('down', null, 'it does not answer');
    }
  }

  /** Asks the replica until it has replayed `goal`, or it is time for the next look. */
  async function follow(
    goal: bigint,
    at: number,
  ): Promise<'caught up' | Pick<ReplicaStatus, 'state' | 'lagSeconds' | 'message'>> {
    const none = (message: string) =>
      ({
        state: 'not_a_replica',
        lagSeconds: null,
        message: `READ_DATABASE_URL leads to a server that ${message}`,
      }) as const;
    if (status.state !== 'in_use' && !(await sameSystem())) return none('is no replica of DATABASE_URL');
    for (;;) {
      const {
        rows: [row],
      } = await replica.query<{ standby: boolean; position: string | null }>(REPLICA);
      if (row?.standby !== true) return none('is not in recovery: it may have been promoted');
      const replayed = row.position === null ? 0n : walPosition(row.position);
      if (replayed >= goal) return 'caught up';
      const lagSeconds = meter.lagMs(performance.now(), replayed) / 1_000;
      if (performance.now() - at > everyMs)
        return { state: 'behind', lagSeconds, message: `it is ${lagSeconds.toFixed(1)} s behind` };
      await sleep(10);
    }
  }

  function caughtUp(position: bigint, at: number, before: number): void {
    if (status.state === 'behind' && ++steady < STEADY_LOOKS) {
      become('behind', 0, 'it was behind a moment ago');
      return;
    }
    become('in_use', 0, null);
    confirmed = { position, at, writes: before };
  }

  /** A server that hides its identifier is accepted. */
  async function sameSystem(): Promise<boolean> {
    const idOf = async (pool: Pool): Promise<string | undefined> =>
      (await pool.query<{ id: string }>(IDENTITY)).rows[0]?.id;
    const ours = await idOf(primary).catch(() => undefined);
    const theirs = await idOf(replica).catch(() => undefined);
    return ours === undefined || theirs === undefined || ours === theirs;
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      isHurried = false;
      // Without its primary nothing is known of the replica's age; that the primary is away is reported elsewhere.
      await look().catch(() => {
        confirmed = undefined;
      });
      await pause();
    }
  }

  const running = run();
  return {
    status: () => status,
    usablePosition: () =>
      confirmed?.writes === writes && performance.now() - confirmed.at < MAX_POSITION_AGE_MS
        ? confirmed.position
        : undefined,
    written() {
      writes += 1;
      hurry();
    },
    recheck() {
      confirmed = undefined;
      hurry();
    },
    async unlessLost(work) {
      const { promise, reject } = Promise.withResolvers<never>();
      waiting.add(reject);
      try {
        return await Promise.race([work, promise]);
      } finally {
        waiting.delete(reject);
        // Given up: its end interests nobody any more.
        work.catch(() => undefined);
      }
    },
    async stop() {
      isStopping = true;
      hurry();
      await running;
      await Promise.allSettled([primary.end(), replica.end()]);
    },
  };
}
