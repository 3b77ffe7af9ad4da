import { z } from 'zod';
import { INBOX_SOURCES, INBOX_STATES, OPEN_STATES } from '../contract/inbox.ts';
import type { SampleSource } from '../metrics/index.ts';
import { countMails } from './mail-store.ts';

const timeRow = z.object({
  name: z.enum(['inbox_oldest_undecided_timestamp_seconds', 'inbox_last_connection_timestamp_seconds']),
  source: z.enum(INBOX_SOURCES),
  value: z.number(),
});

/** `inbox_*`: how many mails have which state, since when the oldest waits, and when the mailbox was last seen. */
export const inboxSamples: SampleSource = async (db) => {
  const counts = await countMails(db);
  const { rows } = await db.query(
    `SELECT 'inbox_oldest_undecided_timestamp_seconds' AS name, source,
       extract(epoch FROM min(stored_at))::float8 AS value
     FROM invoice_inbox WHERE state = ANY($1) GROUP BY source
     UNION ALL
     SELECT 'inbox_last_connection_timestamp_seconds', 'imap', extract(epoch FROM max(connected_at))::float8
     FROM inbox_cursor WHERE connected_at IS NOT NULL HAVING count(*) > 0`,
    [OPEN_STATES],
  );
  const times = z.array(timeRow).parse(rows);
  const states = INBOX_STATES.every((state) => counts[state] === 0) ? [] : INBOX_STATES;
  return [
    ...states.map((state) => ({ name: 'inbox_mails' as const, labels: { state }, value: counts[state] })),
    ...times.map(({ name, source, value }) => ({ name, labels: { source }, value })),
  ];
};
