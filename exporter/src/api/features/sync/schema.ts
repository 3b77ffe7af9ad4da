import { z } from 'zod';
import type {
  CollectorStatusRow,
  ListAnswer,
  PagedAnswer,
  SyncAccepted,
  SyncLogRow,
  SyncReport,
  SyncRunAnswer,
  SyncStatusAnswer,
} from '../../../contract/datasets.ts';
import { REPLICA_STATES } from '../../../contract/sync-answers.ts';
import { FAILURE_KINDS, FAILURE_REASONS, OUTCOMES, SKIP_REASONS, SYNC_OUTCOMES } from '../../../contract/outcomes.ts';
import { COLLECTOR_NAMES } from '../../../contract/providers.ts';
import {
  count,
  day,
  envelope,
  flagParameter,
  lastSync,
  period,
  runWarnings,
  time,
  timeOrNull,
  wholeNumber,
} from '../../shared/schemas.ts';

const collectorName = z.enum(COLLECTOR_NAMES, `must be one of ${COLLECTOR_NAMES.join(', ')}`);

export const syncQuery = z.strictObject({
  wait: wholeNumber(0, 600).optional(),
  strict: flagParameter.optional().meta({
    description: 'Answers 502 also where only some collectors failed: `curl --fail` takes a 207 for a success.',
  }),
});
export const syncBody = z.strictObject({
  force: z
    .boolean('must be true or false')
    .optional()
    .meta({ description: 'Also collectors that have succeeded for the day.' }),
  collectors: z
    .array(collectorName, 'must be a list of collectors')
    .min(1, 'must name at least one collector')
    .max(20)
    .optional(),
  dryRun: z
    .boolean('must be true or false')
    .optional()
    .meta({ description: 'Reads the providers and stores nothing.' }),
});

const collectorReport = z.object({
  collector: z.enum(COLLECTOR_NAMES),
  day,
  outcome: z.enum(OUTCOMES),
  reason: z.enum([...SKIP_REASONS, ...FAILURE_REASONS]).nullable(),
  kind: z.enum(FAILURE_KINDS).nullable(),
  message: z.string().nullable(),
  warnings: runWarnings,
  durationMs: z.number(),
});

export const syncReport = z.object({
  runId: z.string(),
  outcome: z.enum(SYNC_OUTCOMES),
  collectors: z.array(collectorReport),
}) satisfies z.ZodType<SyncReport>;
export const syncAccepted = z.object({ runId: z.string(), statusUrl: z.string() }) satisfies z.ZodType<SyncAccepted>;

export const runParams = z.strictObject({ id: z.uuid('must be the id of a synchronisation') });
export const syncRun = z.object({
  runId: z.string(),
  outcome: z.enum(SYNC_OUTCOMES).nullable(),
  startedAt: timeOrNull,
  finishedAt: timeOrNull,
  collectors: z.array(collectorReport),
}) satisfies z.ZodType<SyncRunAnswer>;

const statusRow = z.object({
  collector: z.enum(COLLECTOR_NAMES),
  enabled: z.boolean(),
  settingsMessage: z.string().nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  kind: z.string().nullable(),
  message: z.string().nullable(),
  attempt: count.nullable(),
  startedAt: timeOrNull,
  finishedAt: timeOrNull,
  durationMs: count.nullable(),
  upstreamRequests: count.nullable(),
  warnings: runWarnings,
  lastSuccessAt: timeOrNull,
  dataDay: day.nullable(),
  dataAsOf: timeOrNull,
  nextRunAt: timeOrNull,
  history: z
    .object({
      percent: count,
      runsLeft: count.nullable(),
      text: z.string(),
      unreadable: z.array(z.object({ list: z.string(), message: z.string() })),
    })
    .nullable(),
}) satisfies z.ZodType<CollectorStatusRow>;
const readReplica = z.object({
  state: z.enum(REPLICA_STATES),
  since: time,
  lagSeconds: z.number().nullable(),
  message: z.string().nullable(),
});
export const syncStatus = z.object({
  data: z.array(statusRow),
  lastSync,
  runningSince: timeOrNull,
  readReplica: readReplica.nullable(),
  ...envelope,
}) satisfies z.ZodType<SyncStatusAnswer & ListAnswer<CollectorStatusRow>>;

export const logsQuery = z.strictObject({
  ...period,
  collector: collectorName.optional(),
  outcome: z.enum(OUTCOMES, `must be one of ${OUTCOMES.join(', ')}`).optional(),
  limit: wholeNumber(1, 500).optional(),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,17}$/, 'must be the nextCursor of an earlier answer')
    .optional(),
});

const logRow = z.object({
  id: z.string(),
  runId: z.string(),
  collector: z.string(),
  day,
  attempt: count,
  startedAt: time,
  finishedAt: timeOrNull,
  outcome: z.enum(OUTCOMES).nullable(),
  reason: z.string().nullable(),
  kind: z.string().nullable(),
  message: z.string().nullable(),
  retryable: z.boolean().nullable(),
  warnings: runWarnings,
  rowsWritten: count.nullable(),
  daysRead: count.nullable(),
  upstreamRequests: count.nullable(),
  dataAsOf: timeOrNull,
  durationMs: count.nullable(),
}) satisfies z.ZodType<SyncLogRow>;
export const syncLogs = z.object({
  data: z.array(logRow),
  ...envelope,
  nextCursor: z.string().nullable(),
}) satisfies z.ZodType<PagedAnswer<SyncLogRow>>;
