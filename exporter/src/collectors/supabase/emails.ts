import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Settings } from '../../settings/schema.ts';
import type { Queryable } from '../../database/queryable.ts';
import { fallbackName } from '../../llm/ranking/fallback-name.ts';
import type { RetryPolicy } from '../contract.ts';
import { CollectorError } from '../errors.ts';
import { DEFAULT_RETRY } from '../retry.ts';
import { openSupabase, type SupabaseProjectClient } from './client.ts';
import { supabaseReadiness } from './readiness.ts';
import { oneUser } from './schema.ts';
import { waitAtMost } from '../../process/deadline.ts';

export interface EmailDirectoryOptions {
  readonly settings: Pick<Settings, 'SUPABASE_URL' | 'SUPABASE_KEY'>;
  readonly db: Queryable;
  readonly log: Logger;
  /** How long an answer may take, in ms; what is not known by then is looked up in the background. */
  readonly deadlineMs?: number;
  readonly retry?: RetryPolicy;
  /** Aborted when the process stops: what is being looked up is given up. */
  readonly signal?: AbortSignal;
}

export interface EmailDirectory {
  /**
   * A name for every id: its e-mail, else `user-<first 8>`. Never throws, never slower than the deadline and the
   * database.
   */
  emailsOf(userIds: readonly string[], signal?: AbortSignal): Promise<Map<string, string>>;
  /** True while one of them is being looked up, or could not be: its name may be known in a moment. */
  pending(userIds: readonly string[]): boolean;
  /** Stops the look-ups in the background and waits for them. */
  close(): Promise<void>;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CONCURRENCY = 5;
const MAX_QUEUE = 1000;
/** After a refused key no request is sent for a while: every answer would be the same. */
const PAUSE_AFTER_REFUSAL_MS = 5 * 60_000;

/** E-mails of users by Supabase's auth admin API, cached in `llm_user_emails` with negative answers. */
export function createEmailDirectory({
  settings,
  db,
  log,
  deadlineMs = 2_000,
  retry,
  signal,
}: EmailDirectoryOptions): EmailDirectory {
  const stop = new AbortController();
  const ready = supabaseReadiness(settings).outcome === 'ready';
  let client: Promise<SupabaseProjectClient> | undefined;
  let pausedUntil = 0;
  let complained = false;
  const underWay = new Map<string, Promise<string | null>>();
  const unanswered = new Set<string>();
  const limit = pLimit(CONCURRENCY);

  /**
   * Looks up one user; NULL when there is none or it could not be found out. Shared by all callers that ask
   * meanwhile.
   */
  const lookUp = (userId: string): Promise<string | null> => {
    const already = underWay.get(userId);
    if (already !== undefined) return already;
    if (limit.pendingCount >= MAX_QUEUE) return Promise.resolve(notFoundOut(userId));
    const answer = limit(ask, userId).finally(() => underWay.delete(userId));
    underWay.set(userId, answer);
    return answer;
  };

  // A function, as the compiler would assume that the flag cannot change during an await.
  const isRunning = (): boolean => !stop.signal.aborted;
  const notFoundOut = (userId: string): null => {
    unanswered.add(userId);
    for (const oldest of [...unanswered].slice(0, -MAX_QUEUE)) unanswered.delete(oldest);
    return null;
  };
  const ask = async (userId: string): Promise<string | null> => {
    if (!isRunning() || performance.now() < pausedUntil) return notFoundOut(userId);
    try {
      client ??= openSupabase(settings.SUPABASE_URL ?? '', settings.SUPABASE_KEY ?? '');
      const context = {
        signal: stop.signal,
        log,
        upstream: { observe: () => undefined },
        retry: retry ?? { ...DEFAULT_RETRY, tries: 1, requestTimeoutMs: 10_000 },
      };
      const answer = await (await client).call(context, 'a user', oneUser, (sdk) => sdk.auth.admin.getUserById(userId));
      return await remember(userId, answer.user.email || null);
    } catch (error) {
      if (error instanceof CollectorError && error.status === 404)
        return remember(userId, null).catch(() => notFoundOut(userId));
      if (error instanceof CollectorError && error.kind === 'auth')
        pausedUntil = performance.now() + PAUSE_AFTER_REFUSAL_MS;
      if (!complained && isRunning())
        log.warn(
          { reason: error instanceof CollectorError ? error.reason : 'storage' },
          'e-mails of users cannot be looked up; ids are shown instead',
        );
      complained = true;
      return notFoundOut(userId);
    }
  };

  const remember = async (userId: string, email: string | null): Promise<string | null> => {
    complained = false;
    await db.query(
      `INSERT INTO llm_user_emails (user_id, email, looked_up_at) VALUES ($1, $2, now())
       ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, looked_up_at = excluded.looked_up_at`,
      [userId, email],
    );
    unanswered.delete(userId);
    return email;
  };

  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all(underWay.values());
  };
  signal?.addEventListener('abort', () => void close(), { once: true });

  return {
    async emailsOf(userIds, caller) {
      const names = new Map(userIds.map((id) => [id, fallbackName(id)]));
      const known = await cached(db, userIds, log);
      for (const [id, entry] of known) if (entry.email !== null) names.set(id, entry.email);
      const unknown = userIds.filter((id) => UUID.test(id) && known.get(id)?.fresh !== true);
      if (!ready || unknown.length === 0 || caller?.aborted === true) return names;
      const answers = unknown.map(async (id) => {
        const email = await lookUp(id);
        if (email !== null) names.set(id, email);
      });
      await waitAtMost(Promise.all(answers), deadlineMs, caller);
      // A copy: late answers go into the cache, not into what the caller already holds.
      return new Map(names);
    },
    pending: (userIds) => userIds.some((id) => underWay.has(id) || unanswered.has(id)),
    close,
  };
}

interface Cached {
  readonly email: string | null;
  readonly fresh: boolean;
}

/** What the cache knows; a stale e-mail is still better than none until it is looked up again. */
async function cached(db: Queryable, userIds: readonly string[], log: Logger): Promise<Map<string, Cached>> {
  try {
    const { rows } = await db.query<{ user_id: string; email: string | null; fresh: boolean }>(
      `SELECT user_id, email,
         looked_up_at > now() - CASE WHEN email IS NULL THEN interval '1 day' ELSE interval '7 days' END AS fresh
       FROM llm_user_emails WHERE user_id = ANY($1)`,
      [userIds],
    );
    return new Map(rows.map((row) => [row.user_id, { email: row.email, fresh: row.fresh }]));
  } catch {
    log.warn('the cache of e-mails cannot be read');
    return new Map();
  }
}
